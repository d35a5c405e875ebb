-- A topic that was made anew has its positions again: another duplicate may stand at one of them.

SET LOCAL lock_timeout = '1s';
ALTER TABLE concordat.duplicate DROP CONSTRAINT duplicate_pkey, ADD PRIMARY KEY (receipt, id, source);

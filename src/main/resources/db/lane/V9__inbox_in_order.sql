-- What ended longest ago is found at once. A block range keeps the oldest time that it ever held: once deleted rows have made room for new ones,
-- each look for old rows would read all that was ever filled again.

-- Whoever writes waits behind this, which waits for whoever reads: not for long, it is tried again. One table a migration, as bridges of before
-- lock them in another order.
SET LOCAL lock_timeout = '1s';
DROP INDEX concordat.inbox_ended_at;
CREATE INDEX inbox_ended_at ON concordat.inbox (ended_at);

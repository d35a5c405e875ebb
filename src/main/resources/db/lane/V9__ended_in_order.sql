-- What ended longest ago is found at once. A block range keeps the oldest time that it ever held: once deleted rows have made room for new ones,
-- each look for old rows would read all that was ever filled again.

DROP INDEX concordat.inbox_ended_at;
CREATE INDEX inbox_ended_at ON concordat.inbox (ended_at);
DROP INDEX concordat.duplicate_ended_at;
CREATE INDEX duplicate_ended_at ON concordat.duplicate (ended_at);

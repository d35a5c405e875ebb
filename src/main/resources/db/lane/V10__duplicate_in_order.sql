SET LOCAL lock_timeout = '1s';
DROP INDEX concordat.duplicate_ended_at;
CREATE INDEX duplicate_ended_at ON concordat.duplicate (ended_at);

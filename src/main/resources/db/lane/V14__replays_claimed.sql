-- Of several bridges one sends a change back that an operator replays.

SET LOCAL lock_timeout = '1s';
ALTER TABLE concordat.quarantine ADD claimed_till timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN concordat.quarantine.claimed_till IS 'Until when a bridge may send back what is replaying; the same for all that it claimed at once.';

DROP INDEX concordat.quarantine_replaying;
CREATE INDEX quarantine_replaying ON concordat.quarantine (direction, claimed_till, number) WHERE state = 'replaying';

-- What an operator has sent back is found at once, however much was sent back before.

SET LOCAL lock_timeout = '1s';
CREATE INDEX quarantine_replaying ON concordat.quarantine (number) WHERE state = 'replaying';

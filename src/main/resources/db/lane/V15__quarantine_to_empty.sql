-- The bytes of changes that left quarantine long ago are found at once, however many there were.

SET LOCAL lock_timeout = '1s';
CREATE INDEX quarantine_to_empty ON concordat.quarantine (state_at) WHERE state IN ('replayed', 'discarded') AND octet_length(original) > 0;

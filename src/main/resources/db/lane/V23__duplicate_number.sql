-- A duplicate takes a number as a change in quarantine does: which deliveries have ended so since a batch was begun is found at once.

SET LOCAL lock_timeout = '1s';
ALTER TABLE concordat.duplicate ADD COLUMN number bigint NOT NULL DEFAULT 0;
ALTER TABLE concordat.duplicate ALTER COLUMN number SET DEFAULT nextval('concordat.quarantine_number_seq');
CREATE INDEX duplicate_number ON concordat.duplicate (number);
COMMENT ON COLUMN concordat.duplicate.number IS 'In one row with the numbers of quarantine; 0 for those of before there were any.';

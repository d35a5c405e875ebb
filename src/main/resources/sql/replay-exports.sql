-- What the CRM is to be told after all is noted in the outbox again; from there it gets what the ledger says by now. One at a time: a statement
-- that waits for a transaction of the ledger must not hold what another transaction of the ledger waits for.
WITH replayed AS (
  UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp() WHERE number = (
    SELECT number FROM concordat.quarantine WHERE state = 'replaying' AND direction = 'ledger-to-crm' ORDER BY claimed_till, number LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING subject
)
INSERT INTO concordat.outbox (entity, id)
SELECT split_part(subject, '/', 1), split_part(subject, '/', 2) FROM replayed
ON CONFLICT (entity, id) DO UPDATE SET version = nextval('concordat.outbox_version')

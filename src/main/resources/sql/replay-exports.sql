-- What the CRM is to be told after all is noted in the outbox again; from there it gets what the ledger says by now.
WITH replayed AS (
  UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp() WHERE number = ANY (ARRAY(
    SELECT number FROM concordat.quarantine WHERE state = 'replaying' AND direction = 'ledger-to-crm' ORDER BY number LIMIT 5000 FOR UPDATE SKIP LOCKED))
  RETURNING subject
)
INSERT INTO concordat.outbox (entity, id)
SELECT DISTINCT split_part(subject, '/', 1), split_part(subject, '/', 2) FROM replayed ORDER BY 2, 1
ON CONFLICT (entity, id) DO UPDATE SET version = nextval('concordat.outbox_version')

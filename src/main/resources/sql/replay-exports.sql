-- What the CRM is to be told after all is noted again; from there it gets what the ledger says by now.
WITH replayed AS (
  UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp() WHERE number = ANY (ARRAY(
    SELECT number FROM concordat.quarantine WHERE state = 'replaying' AND direction = 'ledger-to-crm' ORDER BY claimed_till, number
    LIMIT 500 FOR UPDATE SKIP LOCKED))
  RETURNING subject
)
INSERT INTO concordat.note (entity, id) SELECT split_part(subject, '/', 1), substr(subject, strpos(subject, '/') + 1) FROM replayed

-- Gathers what transactions of the ledger have noted since the last look, up to 5,000 notes: one row of the outbox for each entity, at the place of the first change that
-- the CRM has not been told. The version is drawn here, after those transactions: one of a later look is always greater.
-- Does not wait for the disk: where the database crashes, the notes are there again.
WITH gone AS (
  DELETE FROM concordat.note WHERE ctid = ANY (ARRAY(SELECT ctid FROM concordat.note ORDER BY number LIMIT 5000 FOR UPDATE SKIP LOCKED))
  RETURNING entity, id, noted_at
)
INSERT INTO concordat.outbox (entity, id, changed_at)
SELECT entity, id, min(noted_at) FROM gone, set_config('synchronous_commit', 'off', true) GROUP BY entity, id ORDER BY id, entity
ON CONFLICT (id, entity) DO UPDATE SET version = nextval('concordat.outbox_version')

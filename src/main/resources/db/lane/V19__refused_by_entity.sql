-- Of what the CRM refused there was a row for each version of an entity: the newest stands for it from now on.

SET LOCAL lock_timeout = '1s';
WITH refused AS (
  SELECT number, row_number() OVER newest AS place, count(*) OVER (PARTITION BY source, subject) AS rows FROM concordat.quarantine
  WHERE direction = 'ledger-to-crm' AND state = 'quarantined' WINDOW newest AS (PARTITION BY source, subject ORDER BY number DESC)
)
UPDATE concordat.quarantine q SET id = CASE WHEN place = 1 THEN subject ELSE id END, attempts = attempts + CASE WHEN place = 1 THEN rows - 1 ELSE 0 END,
  state = CASE WHEN place = 1 THEN state ELSE 'discarded' END, reason = CASE WHEN place = 1 THEN reason ELSE 'refused again since' END,
  state_at = CASE WHEN place = 1 THEN state_at ELSE clock_timestamp() END
FROM refused WHERE refused.number = q.number;
COMMENT ON COLUMN concordat.quarantine.attempts IS 'How often the change was replayed and came back in breach, or the CRM refused the entity again.';

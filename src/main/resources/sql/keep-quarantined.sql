-- Keeps the changes of one message in quarantine, none of them twice in it. The same delivery again changes nothing; a replayed
-- change that comes back counts an attempt; a further sending of a change that is here already is a duplicate.
WITH incoming AS (
  SELECT * FROM jsonb_to_recordset(:#${body}::jsonb) AS q(source text, id text, subject text, direction text, contract text,
    rule text, breaches jsonb, receipt text, returned boolean, "changedAt" timestamptz, original text)
), kept AS (
  INSERT INTO concordat.quarantine AS q (source, id, subject, direction, contract, rule, breaches, original, receipt, changed_at)
  SELECT source, id, subject, direction, contract, rule, breaches, decode(original, 'base64'), receipt, "changedAt" FROM incoming
  ON CONFLICT (source, id) DO UPDATE SET state = 'quarantined', state_at = clock_timestamp(), attempts = q.attempts + 1,
    contract = EXCLUDED.contract, rule = EXCLUDED.rule, breaches = EXCLUDED.breaches, return_receipt = EXCLUDED.receipt
    WHERE (SELECT n.returned FROM incoming n WHERE n.source = EXCLUDED.source AND n.id = EXCLUDED.id)
      AND q.return_receipt IS DISTINCT FROM EXCLUDED.receipt AND q.state <> 'discarded'
)
INSERT INTO concordat.duplicate (receipt, source, id)
SELECT n.receipt, n.source, n.id FROM incoming n JOIN concordat.quarantine q ON q.source = n.source AND q.id = n.id
WHERE NOT n.returned AND q.receipt <> n.receipt
ON CONFLICT DO NOTHING

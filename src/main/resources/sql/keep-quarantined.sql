-- Keeps the changes of one message in quarantine, none of them twice in it. The same delivery again changes nothing; a returned
-- change that comes back counts an attempt, or is entered under its first delivery where it was not here; another sending of a
-- change that is here already is a duplicate, also one that comes back, and where another keeper has just entered it: what stands in the row is told
-- by the row itself. Of what the CRM is to be told there is one for each entity,
-- also where an earlier one has ended: its reason says so, and it begins anew. There only a newer refusal changes anything, by the version that its
-- receipt ends with; a version that the ledger has not counted to yet is one of before it was restored, and older than any.
-- Returns what became of each change, for the metrics; nothing of a delivery that changes nothing.
WITH incoming AS (
  -- Bridges of before gave each refusal an id of its own.
  SELECT source, CASE WHEN direction = 'ledger-to-crm' THEN subject ELSE id END AS id, subject, direction, contract, rule, breaches, receipt,
    returned OR direction = 'ledger-to-crm' AS returned, "changedAt", original, coalesce(first, receipt) AS booked
  FROM jsonb_to_recordset(:#${exchangeProperty.changes}::jsonb) AS q(source text, id text, subject text, direction text, contract text, rule text,
    breaches jsonb, receipt text, returned boolean, "changedAt" timestamptz, original text, first text)
  -- What has ended otherwise has ended, whatever is said against it by now: applied, also by a statement that its sender had given up, or a duplicate. And
  -- what is parked, or has gone on from there, has its end before it. The inbox keeps microseconds of its time, and beyond the year 2255 some 30 more or less.
  WHERE NOT EXISTS (SELECT FROM concordat.inbox i WHERE i.id = q.id AND i.source = q.source AND i.receipt = coalesce(q.first, q.receipt)
    AND i.changed_at BETWEEN q."changedAt" - interval '1 millisecond' AND q."changedAt" + interval '1 millisecond'
    AND hashtextextended(i.id, 0) = hashtextextended(q.id, 0)
    AND hashtextextended(i.source, hashtextextended(i.id, 1)) = hashtextextended(q.source, hashtextextended(q.id, 1)))
  AND NOT EXISTS (SELECT FROM concordat.duplicate d WHERE d.receipt = coalesce(q.first, q.receipt) AND d.id = q.id AND d.source = q.source)
  AND (returned OR NOT EXISTS (SELECT FROM concordat.resumed r WHERE r.receipt = q.receipt AND r.id = q.id AND r.source = q.source)
    -- An orphan is parked until it is here.
    AND NOT EXISTS (SELECT FROM concordat.parked p WHERE p.id = q.id AND p.source = q.source AND p.receipt = q.receipt AND p.state <> 'orphan'))
), kept AS (
  INSERT INTO concordat.quarantine AS q (source, id, subject, direction, contract, rule, breaches, original, receipt, return_receipt,
    changed_at)
  SELECT source, id, subject, direction, contract, rule, breaches, decode(original, 'base64'), booked,
    CASE WHEN returned THEN receipt END, "changedAt" FROM incoming
  -- In one order, so that two keepers, or a keeper and who else locks many rows, wait for each other only one way.
  ORDER BY id, source
  ON CONFLICT (source, id) DO UPDATE SET
    (state, state_at, attempts, contract, rule, breaches, return_receipt, quarantined_at, reason, original) = (
    SELECT state, state_at, attempts, contract, rule, breaches, return_receipt, quarantined_at, reason,
      -- Its bytes may have been deleted since it left.
      CASE WHEN CASE q.direction WHEN 'ledger-to-crm' THEN came_back ELSE octet_length(q.original) = 0 END THEN EXCLUDED.original ELSE q.original END
    FROM (VALUES
      (true, 'quarantined', clock_timestamp(), CASE WHEN q.reason IS NOT NULL THEN 0
        -- A replay that was sent several times comes back as often; the first return has counted it.
        WHEN q.state = 'quarantined' AND q.direction = 'crm-to-ledger' THEN q.attempts ELSE q.attempts + 1 END, EXCLUDED.contract, EXCLUDED.rule,
        EXCLUDED.breaches, EXCLUDED.return_receipt, CASE WHEN q.reason IS NULL THEN q.quarantined_at ELSE clock_timestamp() END, NULL),
      (false, q.state, q.state_at, q.attempts, q.contract, q.rule, q.breaches, q.return_receipt, q.quarantined_at, q.reason)
    ) AS either (came_back, state, state_at, attempts, contract, rule, breaches, return_receipt, quarantined_at, reason)
    WHERE came_back = CASE q.direction
      WHEN 'ledger-to-crm' THEN coalesce(CAST(substring(coalesce(q.return_receipt, q.receipt) FROM '@([0-9]{1,18})$') AS bigint)
        NOT BETWEEN CAST(substring(EXCLUDED.return_receipt FROM '@([0-9]{1,18})$') AS bigint) AND (SELECT last_value FROM concordat.outbox_version), true)
      ELSE EXCLUDED.return_receipt IS NOT NULL AND q.return_receipt IS DISTINCT FROM EXCLUDED.return_receipt AND q.state <> 'discarded' END)
  RETURNING source, id, receipt, return_receipt, xmax = 0 AS entered, state_at >= statement_timestamp() AS changed
), doubled AS (
  INSERT INTO concordat.duplicate (receipt, source, id)
  SELECT n.booked, n.source, n.id FROM incoming n JOIN kept q ON q.source = n.source AND q.id = n.id
  -- What comes back may not tell under which delivery it is booked.
  WHERE q.receipt <> n.booked AND (NOT n.returned OR n.booked <> n.receipt)
  ON CONFLICT DO NOTHING
  RETURNING receipt
)
SELECT CASE WHEN d.receipt IS NOT NULL THEN 'DUPLICATE' WHEN q.entered OR n.direction = 'ledger-to-crm' THEN 'ENTERED' ELSE 'CAME_BACK' END AS fate,
  n.direction, n.subject, n.contract, n.rule, n.returned AND n.direction = 'crm-to-ledger' AS returned
FROM incoming n JOIN kept q ON q.source = n.source AND q.id = n.id LEFT JOIN doubled d ON d.receipt = n.booked
-- Somebody else may have changed the row while this statement waited for it.
WHERE d.receipt IS NOT NULL OR q.entered OR q.changed AND (n.direction = 'ledger-to-crm' OR q.return_receipt = n.receipt)

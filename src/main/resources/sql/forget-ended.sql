-- A part of what ended longer ago than it is kept: rows of the inbox, duplicates, what was resumed, and the bytes of changes that have left quarantine,
-- whose row stays; one that somebody holds may be coming back, and is left for a later call. Returns whether there may be more; each call takes the next part.
WITH inbox AS (
  DELETE FROM concordat.inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM concordat.inbox WHERE ended_at < now() - CAST(:#keep AS interval) ORDER BY ended_at LIMIT 50000))
  RETURNING outcome
),
duplicate AS (
  DELETE FROM concordat.duplicate WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM concordat.duplicate WHERE ended_at < now() - CAST(:#keep AS interval) ORDER BY ended_at LIMIT 50000))
  RETURNING 'duplicate'
),
resumed AS (
  DELETE FROM concordat.resumed WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM concordat.resumed WHERE resumed_at < now() - CAST(:#keep AS interval) ORDER BY resumed_at LIMIT 50000))
  RETURNING true
),
emptied AS (
  UPDATE concordat.quarantine SET original = '' WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM concordat.quarantine WHERE state IN ('replayed', 'discarded') AND octet_length(original) > 0
      AND state_at < now() - CAST(:#keep AS interval) ORDER BY state_at LIMIT 500 FOR UPDATE SKIP LOCKED))
  RETURNING number
),
noted AS (
  INSERT INTO concordat.forgotten AS f (outcome, count)
  SELECT outcome, count(*) FROM (SELECT * FROM inbox UNION ALL SELECT * FROM duplicate) AS gone (outcome) GROUP BY outcome
  ON CONFLICT (outcome) DO UPDATE SET count = f.count + EXCLUDED.count
)
SELECT 50000 IN ((SELECT count(*) FROM inbox), (SELECT count(*) FROM duplicate), (SELECT count(*) FROM resumed)) OR 500 = (SELECT count(*) FROM emptied) AS more

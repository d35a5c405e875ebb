-- Claims a part of the CRM's changes that an operator has sent back: up to 500 and, but for the first, up to 4 MiB of them, as all of a part are
-- held at once. What is not marked within a minute may be claimed again.
WITH part AS (
  SELECT number FROM (
    SELECT number, octet_length(original) AS size, sum(octet_length(original)) OVER (ORDER BY number) AS bytes FROM (
      SELECT number, original FROM concordat.quarantine
      WHERE state = 'replaying' AND direction = 'crm-to-ledger' AND claimed_till < now() ORDER BY claimed_till, number LIMIT 500 FOR UPDATE SKIP LOCKED) due) held
  WHERE bytes <= 4194304 OR bytes = size
), claimed AS (
  UPDATE concordat.quarantine SET claimed_till = now() + interval '1 minute' WHERE number = ANY (ARRAY(SELECT number FROM part))
  RETURNING number, id, original, receipt, claimed_till::text AS claim
)
SELECT * FROM claimed ORDER BY number

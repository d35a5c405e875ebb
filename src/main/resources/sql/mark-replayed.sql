-- What was sent back, but for what has come back in the meantime, or was sent back again by an operator.
UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp() WHERE number = ANY (ARRAY(
  SELECT number FROM concordat.quarantine WHERE number = ANY (CAST(:#${exchangeProperty.numbers} AS bigint[])) AND state = 'replaying'
    AND claimed_till = CAST(:#${exchangeProperty.claim} AS timestamptz)
  -- In the order of keepers, who lock the same rows as soon as the first come back.
  ORDER BY id, source FOR UPDATE))

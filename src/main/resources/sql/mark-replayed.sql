-- What was sent back, but for what has come back in the meantime, or was sent back again by an operator.
UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp()
WHERE number = ANY (CAST(:#${exchangeProperty.numbers} AS bigint[])) AND state = 'replaying'
  AND claimed_till = CAST(:#${exchangeProperty.claim} AS timestamptz)

UPDATE concordat.quarantine SET state = 'replayed', state_at = clock_timestamp()
WHERE number = :#number AND state = 'replaying'

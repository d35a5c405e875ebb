-- What waits longest for its customer is found at once, however much waits.

SET LOCAL lock_timeout = '1s';
CREATE INDEX parked_in_order ON concordat.parked (parked_at);

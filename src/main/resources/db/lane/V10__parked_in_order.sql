-- What waits longest for its customer is found at once, however much waits.

CREATE INDEX parked_in_order ON concordat.parked (parked_at);

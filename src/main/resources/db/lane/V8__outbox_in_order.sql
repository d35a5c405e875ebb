-- A claim takes the oldest rows: found by this index at once, however many wait.

CREATE INDEX outbox_in_order ON concordat.outbox (version);

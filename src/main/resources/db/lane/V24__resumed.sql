-- What has left the parking for the front door goes on under its first receipt, perhaps in another region: that delivery has no end here, however it
-- is judged when it comes once more.

CREATE TABLE concordat.resumed (
    receipt    text        NOT NULL,
    source     text        NOT NULL,
    id         text        NOT NULL,
    resumed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (receipt, id, source)
);
COMMENT ON TABLE concordat.resumed IS 'Deliveries that were parked here and go on under the same receipt; kept as long as the inbox is.';
CREATE INDEX resumed_at ON concordat.resumed (resumed_at);

-- A delivery that was given a region while its customer was unknown gets the same one when it comes again after a crash.
CREATE TABLE concordat.unplaced (
    receipt  text        PRIMARY KEY,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE concordat.unplaced IS 'Deliveries whose customer the directory did not know; kept for a week.';

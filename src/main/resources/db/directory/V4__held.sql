-- The last time that the intake was held back because too large a share of the changes was in breach.
CREATE TABLE concordat.held (
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    since      timestamptz NOT NULL,
    changes    bigint      NOT NULL,
    breached   bigint      NOT NULL,
    resumed_at timestamptz,
    ended_at   timestamptz
);
COMMENT ON TABLE concordat.held IS 'At most one row: since when a bridge holds the intake, and how that ended.';
COMMENT ON COLUMN concordat.held.changes IS 'Changes in the window when it began.';
COMMENT ON COLUMN concordat.held.resumed_at IS 'When an operator let the changes through as they are.';
COMMENT ON COLUMN concordat.held.ended_at IS 'When a trial passed by itself.';

-- Bridges of a group take turns: whoever audits next knows when the last audit was, and goes on with its alerts.

CREATE TABLE concordat.audit (
    one      boolean     PRIMARY KEY DEFAULT true CHECK (one),
    at       timestamptz NOT NULL,
    whole_at timestamptz,
    findings bigint      NOT NULL,
    unread   integer     NOT NULL,
    firing   json        NOT NULL DEFAULT '[]'
);
COMMENT ON TABLE concordat.audit IS 'At most one row: the last scheduled audit, by whichever bridge.';
COMMENT ON COLUMN concordat.audit.at IS 'When it began, by its bridge''s clock.';
COMMENT ON COLUMN concordat.audit.whole_at IS 'When the last one began that could read everything.';
COMMENT ON COLUMN concordat.audit.unread IS 'How many parts it could not read.';
COMMENT ON COLUMN concordat.audit.firing IS 'The alerts that Alertmanager took and that are not resolved, in its format; json, as their labels'' order tells them apart.';

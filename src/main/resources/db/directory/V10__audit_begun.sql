-- What an audit that ended its bridge leaves behind: else the next one would begin as soon as the bridge runs again. And how long there was none that is whole.

ALTER TABLE concordat.audit
    ALTER COLUMN at DROP NOT NULL,
    ALTER COLUMN findings SET DEFAULT 0,
    ALTER COLUMN unread SET DEFAULT 0,
    ADD COLUMN begun_at timestamptz,
    ADD COLUMN first_at timestamptz NOT NULL DEFAULT now();
UPDATE concordat.audit SET first_at = at;
COMMENT ON COLUMN concordat.audit.at IS 'When the last one began that ended, by its bridge''s clock.';
COMMENT ON COLUMN concordat.audit.begun_at IS 'When the last one began, whether it ended or not.';
COMMENT ON COLUMN concordat.audit.first_at IS 'When the first one began.';

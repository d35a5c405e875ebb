-- What the triggers of a newer contract noted is told by a bridge that has this contract: one with an older file would leave out what it does not know.

SET LOCAL lock_timeout = '1s';
ALTER TABLE concordat.outbox ADD contract int[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN concordat.outbox.contract IS 'Major, minor and patch of the newest contract whose triggers noted it.';
CREATE TABLE concordat.telling (
    entity   text        NOT NULL,
    contract int[]       NOT NULL,
    seen_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entity, contract)
);
COMMENT ON TABLE concordat.telling IS 'By which contracts bridges tell the CRM, and when one of them last did.';

-- While bridges with an older and a newer contract run beside each other, those with the newer one tell the CRM: the others would leave out what they
-- do not know.

CREATE TABLE concordat.telling (
    entity   text        NOT NULL,
    contract int[]       NOT NULL,
    seen_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entity, contract)
);
COMMENT ON TABLE concordat.telling IS 'By which contracts bridges tell the CRM, and when one of them last looked for what it has to tell.';
COMMENT ON COLUMN concordat.telling.contract IS 'Major, minor and patch.';

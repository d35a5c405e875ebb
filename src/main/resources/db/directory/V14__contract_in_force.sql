-- What other bridges of the group run with: one that lacks what a running one has leaves the work to that one.

CREATE TABLE concordat.contract_in_force (
    bridge  uuid        NOT NULL,
    entity  text        NOT NULL,
    version text        NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bridge, entity, version)
);
COMMENT ON TABLE concordat.contract_in_force IS 'Which contracts each running bridge of the group has in force; renewed every few seconds, and left behind only by one that was killed.';
COMMENT ON COLUMN concordat.contract_in_force.bridge IS 'Another one with each start.';

-- The ledger's own transactions only append that an entity changed, so they wait for nobody and nobody for them; the bridge gathers what they noted
-- into the outbox, one row for each entity.

CREATE TABLE concordat.note (
    number   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity   text        NOT NULL,
    id       text        NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE concordat.note IS 'Changes of ledger-owned fields that are not gathered into the outbox yet.';

CREATE VIEW concordat.untold AS SELECT entity, id FROM concordat.outbox UNION ALL SELECT entity, id FROM concordat.note;
COMMENT ON VIEW concordat.untold IS 'What the CRM has not been told: the outbox, and what is not gathered into it yet.';

-- A lane tells contracts apart by their version alone: a start sees that a file was changed under a version that was in force before.

CREATE TABLE concordat.contract (
    entity  text        NOT NULL,
    version text        NOT NULL,
    content bytea       NOT NULL,
    since   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (entity, version)
);
COMMENT ON TABLE concordat.contract IS 'What each version of a contract stands for, since it first came into force, by whichever bridge; taken back only where a ledger refuses it.';
COMMENT ON COLUMN concordat.contract.content IS 'The file, in UTF-8 whatever the encoding of this database: convert_from(content, ''UTF8'').';

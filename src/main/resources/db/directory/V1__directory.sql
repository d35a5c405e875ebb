-- Where each customer lives and whose each account is: ids only, no personal data.

CREATE SCHEMA IF NOT EXISTS concordat;

CREATE TABLE concordat.directory (
    entity    text        NOT NULL,
    id        text        NOT NULL,
    customer  text        NOT NULL,
    region    text        NOT NULL,
    ledger_id text,
    since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (entity, id)
);
COMMENT ON COLUMN concordat.directory.ledger_id IS 'The ledger''s own number of the entity, known once the ledger has told it.';

CREATE TABLE concordat.drift (
    contract text        NOT NULL,
    path     text        NOT NULL,
    kind     text        NOT NULL CHECK (kind IN ('unknown-field', 'unknown-value')),
    value    text        NOT NULL DEFAULT '',
    count    bigint      NOT NULL,
    first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (contract, path, kind, value)
);
COMMENT ON TABLE concordat.drift IS 'Fields and values that passed although the contract does not know them; values only of fields that are public or internal.';

CREATE TABLE concordat.intake (
    topic       text   NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint NOT NULL,
    received    bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);
COMMENT ON TABLE concordat.intake IS 'How many changes the sources sent, each delivery counted once whatever crashes; what parking and quarantine send back is not counted.';

-- Camel's JDBC idempotent repository: the webhook signatures that were used.
CREATE TABLE camel_messageprocessed (
    processorname varchar(255) NOT NULL,
    messageid     varchar(255) NOT NULL,
    createdat     timestamp    NOT NULL DEFAULT now(),
    PRIMARY KEY (processorname, messageid)
);
CREATE INDEX camel_messageprocessed_createdat ON camel_messageprocessed (createdat);

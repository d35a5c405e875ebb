-- What the bridge keeps beside one region's ledger. Every received change ends as one row here.

CREATE SCHEMA IF NOT EXISTS concordat;

CREATE TABLE concordat.inbox (
    source      text        NOT NULL,
    id          text        NOT NULL,
    subject     text        NOT NULL,
    outcome     text        NOT NULL CHECK (outcome IN ('applied', 'superseded', 'filtered')),
    contract    text        NOT NULL,
    receipt     text        NOT NULL,
    changed_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, id)
);
COMMENT ON TABLE concordat.inbox IS 'One row for each change that reached the ledger''s transaction; the row and its effect commit together.';
COMMENT ON COLUMN concordat.inbox.receipt IS 'Topic, partition and offset of the first delivery; tells a second delivery after a crash from a second sending.';
CREATE INDEX inbox_ended_at ON concordat.inbox USING brin (ended_at);

CREATE TABLE concordat.duplicate (
    receipt  text        PRIMARY KEY,
    source   text        NOT NULL,
    id       text        NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE concordat.duplicate IS 'One row for each further sending of a change that is already in inbox, parked or quarantine.';

CREATE TABLE concordat.parked (
    source     text        NOT NULL,
    id         text        NOT NULL,
    subject    text        NOT NULL,
    parent     text        NOT NULL,
    contract   text        NOT NULL,
    receipt    text        NOT NULL,
    original   bytea       NOT NULL,
    changed_at timestamptz NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, id)
);
COMMENT ON COLUMN concordat.parked.parent IS 'Id of the customer that has to come first.';
CREATE INDEX parked_parent ON concordat.parked (parent);

CREATE TABLE concordat.quarantine (
    number         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source         text        NOT NULL,
    id             text        NOT NULL,
    subject        text,
    direction      text        NOT NULL CHECK (direction IN ('crm-to-ledger', 'ledger-to-crm')),
    contract       text        NOT NULL,
    rule           text        NOT NULL,
    breaches       jsonb       NOT NULL,
    original       bytea       NOT NULL,
    receipt        text        NOT NULL,
    return_receipt text,
    state          text        NOT NULL DEFAULT 'quarantined'
                   CHECK (state IN ('quarantined', 'replaying', 'replayed', 'discarded')),
    attempts       integer     NOT NULL DEFAULT 0,
    changed_at     timestamptz,
    quarantined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason         text,
    UNIQUE (source, id)
);
COMMENT ON COLUMN concordat.quarantine.original IS 'The bytes as they came.';
COMMENT ON COLUMN concordat.quarantine.breaches IS 'Array of {rule, contract, pointer, keyword, sentence}; holds no value of a classified field.';
COMMENT ON COLUMN concordat.quarantine.attempts IS 'How often the change was replayed and came back in breach.';
CREATE INDEX quarantine_open ON concordat.quarantine (state, quarantined_at) WHERE state IN ('quarantined', 'replaying');

CREATE SEQUENCE concordat.outbox_version;
CREATE TABLE concordat.outbox (
    entity       text        NOT NULL,
    id           text        NOT NULL,
    version      bigint      NOT NULL DEFAULT nextval('concordat.outbox_version'),
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_till timestamptz NOT NULL DEFAULT '-infinity',
    attempts     integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (entity, id)
);
COMMENT ON TABLE concordat.outbox IS 'Entities whose ledger-owned fields changed and that the CRM has not got yet; several changes of one entity are one row.';

CREATE TABLE concordat.sent (
    outcome text   PRIMARY KEY,
    count   bigint NOT NULL
);
COMMENT ON TABLE concordat.sent IS 'Ledger to CRM: how many outbox rows ended with which outcome.';

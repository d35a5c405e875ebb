-- Which place each column has in the ledgers' arrays of versions. A column keeps its place whatever becomes of the contract.

CREATE TABLE concordat.version_place (
    entity        text    NOT NULL,
    ledger_column text    NOT NULL,
    place         integer NOT NULL CHECK (place > 0),
    PRIMARY KEY (entity, ledger_column),
    UNIQUE (entity, place)
);

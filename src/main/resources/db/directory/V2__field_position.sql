-- Which place each field has in the ledgers' arrays of versions. A field keeps its place whatever becomes of its contract.

CREATE TABLE concordat.field_position (
    entity   text    NOT NULL,
    field    text    NOT NULL,
    position integer NOT NULL CHECK (position > 0),
    PRIMARY KEY (entity, field),
    UNIQUE (entity, position)
);

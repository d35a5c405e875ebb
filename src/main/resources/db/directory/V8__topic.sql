-- A topic that is made anew has its positions again: what stands at one of them is another delivery.

CREATE TABLE concordat.topic (
    name     text        NOT NULL,
    id       text        NOT NULL,
    number   integer     NOT NULL,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (name, id),
    UNIQUE (name, number)
);
COMMENT ON TABLE concordat.topic IS 'The topics that the intake was read from, by the ids that Kafka gave them; positions in a further one of the same name are called name~number.';

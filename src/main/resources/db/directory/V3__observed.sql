-- Breaches of rules with severity warning or info: the changes passed.
CREATE TABLE concordat.observed (
    contract text        NOT NULL,
    rule     text        NOT NULL,
    keyword  text        NOT NULL,
    path     text        NOT NULL,
    severity text        NOT NULL CHECK (severity IN ('warning', 'info')),
    sentence text        NOT NULL,
    count    bigint      NOT NULL,
    first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (contract, rule, keyword, path)
);
COMMENT ON TABLE concordat.observed IS 'Breaches of rules that are observed and not enforced, one row for each group; holds no value of a change.';
COMMENT ON COLUMN concordat.observed.path IS 'JSON pointer with * for each index of a list.';

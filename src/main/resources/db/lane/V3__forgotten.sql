-- What was in the inbox long enough is deleted; how much that was stays known.

CREATE TABLE concordat.forgotten (
    outcome text   PRIMARY KEY,
    count   bigint NOT NULL
);
COMMENT ON TABLE concordat.forgotten IS 'How many rows of inbox and duplicate were deleted when their time was over, by outcome; the accounting adds them.';

-- The oldest rows are found without reading the newest, also before a vacuum.
ALTER INDEX concordat.inbox_ended_at SET (autosummarize = on);
CREATE INDEX duplicate_ended_at ON concordat.duplicate USING brin (ended_at) WITH (autosummarize = on);

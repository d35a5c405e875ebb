-- What this database is to the bridge. An address that leads to another one is refused before anything is written.

CREATE TABLE IF NOT EXISTS concordat.mark (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    holds text    NOT NULL CHECK (holds = 'directory' OR holds LIKE 'ledger.%')
);
COMMENT ON TABLE concordat.mark IS 'One row: whose database this is, laid when it was first prepared.';
COMMENT ON COLUMN concordat.mark.holds IS '''directory'', or ''ledger.'' and the region; as in the keys of the settings.';
-- Whoever may connect reads it: each connection of a command begins with that, whatever rights its login has.
GRANT SELECT ON concordat.mark TO PUBLIC;

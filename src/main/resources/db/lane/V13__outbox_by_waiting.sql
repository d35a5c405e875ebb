-- A claim takes what waits longest, and a further change of an entity does not send it to the end.

SET LOCAL lock_timeout = '1s';
DROP INDEX concordat.outbox_in_order;
CREATE INDEX outbox_in_order ON concordat.outbox (changed_at);
COMMENT ON COLUMN concordat.outbox.changed_at IS 'Of the first change that the CRM has not been told.';

-- What was sent to the CRM and never answered is sent again as it was, before anything newer: the CRM may still carry it out.

ALTER TABLE concordat.outbox ADD unheard_version bigint, ADD unheard text;
COMMENT ON COLUMN concordat.outbox.unheard IS 'Ledger-owned fields, as JSON, of a call that the CRM did not answer; null where it answered the last one.';

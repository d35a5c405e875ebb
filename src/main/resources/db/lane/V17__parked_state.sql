-- Who looks for orphans and who resumes are not the same: a change that is about to be an orphan is marked before its customer is looked for once
-- more, and nobody resumes it then.

SET LOCAL lock_timeout = '1s';
ALTER TABLE concordat.parked ADD state text NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'overdue', 'orphan'));
COMMENT ON COLUMN concordat.parked.state IS 'parked: resumed when its customer comes; overdue: its customer is looked for once more; orphan: on its way to quarantine.';

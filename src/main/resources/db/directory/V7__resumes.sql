-- Each bridge that holds the intake hears of an operator's word, also where another one has gone on and holds anew.

ALTER TABLE concordat.held ADD resumes bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN concordat.held.resumes IS 'How often an operator has let changes through.';

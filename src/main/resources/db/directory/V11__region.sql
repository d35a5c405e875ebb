-- The regions that somebody may live in: a start finds one that the policy lacks without reading the whole directory.

CREATE TABLE concordat.region (region text PRIMARY KEY);
INSERT INTO concordat.region SELECT DISTINCT region FROM concordat.directory;

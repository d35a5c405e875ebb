-- The id tells two changes apart at once, the source hardly ever: an index that begins with the id compares less.

ALTER TABLE concordat.inbox DROP CONSTRAINT inbox_pkey, ADD PRIMARY KEY (id, source);
ALTER TABLE concordat.parked DROP CONSTRAINT parked_pkey, ADD PRIMARY KEY (id, source);

-- The id tells two entities apart at once, the kind of entity hardly ever: an index that begins with the id compares less.

ALTER TABLE concordat.directory DROP CONSTRAINT directory_pkey, ADD PRIMARY KEY (id, entity);

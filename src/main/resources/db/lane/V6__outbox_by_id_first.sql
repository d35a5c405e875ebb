-- Like the inbox, the outbox has its index begin with the id.

ALTER TABLE concordat.outbox DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (id, entity);

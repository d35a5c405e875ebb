-- Every change is looked up in quarantine by its delivery: like the inbox, its index begins with the id.

ALTER TABLE concordat.quarantine DROP CONSTRAINT quarantine_source_id_key, ADD UNIQUE (id, source);

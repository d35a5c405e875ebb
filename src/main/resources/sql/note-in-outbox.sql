INSERT INTO concordat.outbox (entity, id) VALUES (split_part(:#subject, '/', 1), split_part(:#subject, '/', 2))
ON CONFLICT (entity, id) DO UPDATE SET version = nextval('concordat.outbox_version')

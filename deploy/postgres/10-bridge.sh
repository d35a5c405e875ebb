#!/bin/bash
# Gives the bridge a role of its own in this server's database, with what it needs and no more; nobody else loses or gets a
# right. The image of PostgreSQL runs this once, when its volume is empty; for a database of yours, run the same statements by
# hand. Harmless twice, and in further databases of the same server, where the role keeps its first password.
set -eu
psql -v ON_ERROR_STOP=1 -q --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v database="$POSTGRES_DB" -v password="$CONCORDAT_DATABASE_PASSWORD" <<'SQL'
SET concordat.password = :'password';
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'concordat') THEN
    RAISE NOTICE 'role "concordat" is there already and keeps its password';
  ELSE
    EXECUTE format('CREATE ROLE concordat LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L', current_setting('concordat.password'));
  END IF;
END $$;
-- CREATE: the bridge lays its own tables into the schema concordat.
GRANT CONNECT, CREATE ON DATABASE :"database" TO concordat;
CREATE SCHEMA IF NOT EXISTS concordat AUTHORIZATION concordat;
ALTER ROLE concordat IN DATABASE :"database" SET search_path = concordat;
SQL

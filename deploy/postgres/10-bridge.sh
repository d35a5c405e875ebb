#!/bin/bash
# Gives the bridge a role of its own in this server's database, with what it needs and no more. The image of PostgreSQL runs
# this once, when its volume is empty; for a database of yours, run the same statements by hand.
set -eu
psql -v ON_ERROR_STOP=1 -q --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v database="$POSTGRES_DB" -v password="$CONCORDAT_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE concordat LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
-- CREATE: the bridge lays its own tables into the schema concordat.
GRANT CONNECT, CREATE ON DATABASE :"database" TO concordat;
CREATE SCHEMA concordat AUTHORIZATION concordat;
ALTER ROLE concordat IN DATABASE :"database" SET search_path = concordat;
SQL

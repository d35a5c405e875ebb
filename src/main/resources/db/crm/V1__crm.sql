-- The sample CRM's own storage.

CREATE SCHEMA IF NOT EXISTS crm;

CREATE TABLE crm.record (
    entity     text        NOT NULL,
    id         text        NOT NULL,
    version    bigint      NOT NULL,
    document   jsonb       NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (entity, id)
);

CREATE TABLE crm.idempotency_key (
    key      text        PRIMARY KEY,
    answered jsonb       NOT NULL,
    used_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

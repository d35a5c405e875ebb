-- The sample CRM's own storage.

CREATE SCHEMA IF NOT EXISTS crm;

CREATE TABLE crm.record (
    entity     text        COLLATE "C" NOT NULL,
    id         text        COLLATE "C" NOT NULL,
    version    bigint      NOT NULL,
    document   jsonb       NOT NULL,
    versions   jsonb       NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (entity, id)
);
COMMENT ON COLUMN crm.record.document IS 'All fields but the id; a field without a value is absent.';
COMMENT ON COLUMN crm.record.versions IS 'For each field that the CRM owns, the version that set it.';

CREATE TABLE crm.idempotency_key (
    key      text        PRIMARY KEY,
    answered jsonb       NOT NULL,
    used_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN crm.idempotency_key.answered IS 'Version and document that the first request was answered with.';

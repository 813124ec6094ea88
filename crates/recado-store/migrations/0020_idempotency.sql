-- What POSTs with an Idempotency-Key were answered, so that the same one again is not carried out again.

CREATE TABLE idempotency_keys (
    account_id {id} NOT NULL,
    -- Of the caller and their key.
    id {id} NOT NULL,
    -- SHA-256 of what was asked for.
    request_hash {bytes} NOT NULL,
    -- Null until it has been answered.
    status {int},
    content_type {text},
    -- Sealed: an answer may hold a secret that is shown once.
    body {bytes},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (account_id, created_at);

-- Requests a minute with this key, where an admin has set it.
ALTER TABLE api_keys ADD COLUMN rate_limit {int};

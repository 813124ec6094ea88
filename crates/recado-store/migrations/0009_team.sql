-- People's settings, the second step of signing in, and the account's audit log.

-- Null: as the browser says.
ALTER TABLE users ADD COLUMN language {text};
ALTER TABLE users ADD COLUMN time_zone {text};
-- The picture in the blob store; a new one has a new id.
ALTER TABLE users ADD COLUMN avatar_id {id};

-- Whoever has a row with a time of confirmation signs in with a code as well.
CREATE TABLE two_factor (
    user_id {id} NOT NULL PRIMARY KEY,
    -- Sealed.
    secret {bytes} NOT NULL,
    -- Null until the first code has shown that the app has the secret.
    confirmed_at {int},
    -- The step of the last code that was taken: none is taken twice.
    last_step {int} NOT NULL,
    -- Wrong codes since the last right one, and until when no other is looked at.
    failures {int} NOT NULL,
    locked_until {int} NOT NULL,
    created_at {int} NOT NULL
);

-- SHA-256 of codes that are good once, for who has lost the app.
CREATE TABLE recovery_codes (
    user_id {id} NOT NULL,
    code_hash {bytes} NOT NULL,
    used_at {int},
    PRIMARY KEY (user_id, code_hash)
);

-- Who did what. Rows are only ever added.
CREATE TABLE audit_log (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- `member`, `key`, `system`.
    actor_type {text} NOT NULL,
    actor_id {id},
    -- As they were called then: they may be gone.
    actor_name {text},
    action {text} NOT NULL,
    subject_id {id},
    -- JSON: what it was called, and what was changed.
    summary {text} NOT NULL,
    ip {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX audit_log_by_time ON audit_log (account_id, created_at, id);
CREATE INDEX audit_log_by_actor ON audit_log (account_id, actor_id, created_at, id);
CREATE INDEX audit_log_by_action ON audit_log (account_id, action, created_at, id);

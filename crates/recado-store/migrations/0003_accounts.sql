-- Accounts, the people in them, and what they come in by.

CREATE TABLE accounts (
    id {id} NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    is_demo {bool} NOT NULL,
    created_at {int} NOT NULL
);

-- A person, in as many accounts as have invited them.
CREATE TABLE users (
    id {id} NOT NULL PRIMARY KEY,
    -- Lower case.
    email {text} NOT NULL,
    name {text} NOT NULL,
    -- Argon2id, as a PHC string.
    password_hash {text} NOT NULL,
    created_at {int} NOT NULL
);
CREATE UNIQUE INDEX users_by_email ON users (email);

CREATE TABLE members (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    user_id {id} NOT NULL,
    role {text} NOT NULL,
    is_demo {bool} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX members_once ON members (account_id, user_id);
-- Whoever signs in has only said who they are.
CREATE INDEX members_by_user ON members (user_id, created_at, id);

CREATE TABLE sessions (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    member_id {id} NOT NULL,
    user_id {id} NOT NULL,
    -- SHA-256, like every token below.
    token_hash {bytes} NOT NULL,
    -- The token before the last rotation.
    previous_token_hash {bytes},
    rotated_at {int} NOT NULL,
    -- Whether the browser has come back with the token it was given at the last rotation.
    rotation_seen {bool} NOT NULL,
    user_agent {text},
    ip {text} NOT NULL,
    created_at {int} NOT NULL,
    last_seen_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_previous_token ON sessions (previous_token_hash);
CREATE INDEX sessions_by_member ON sessions (account_id, member_id, id);
CREATE INDEX sessions_by_user ON sessions (user_id, expires_at);

CREATE TABLE invites (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    token_hash {bytes} NOT NULL,
    -- The only address that may accept; null: whoever has the link.
    email {text},
    role {text} NOT NULL,
    -- The inviting member; null if an API key did it.
    created_by {id},
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    accepted_at {int},
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX invites_by_token ON invites (token_hash);

CREATE TABLE api_keys (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    name {text} NOT NULL,
    key_prefix {text} NOT NULL,
    public_id {text} NOT NULL,
    secret_hash {bytes} NOT NULL,
    -- Words with a space between.
    scopes {text} NOT NULL,
    created_by {id},
    created_at {int} NOT NULL,
    expires_at {int},
    last_used_at {int},
    revoked_at {int},
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX api_keys_by_public_id ON api_keys (public_id);

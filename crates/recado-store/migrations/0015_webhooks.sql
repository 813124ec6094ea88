-- Outgoing webhooks: who is told of events, how far the journal has been read for that, and what was told.

CREATE TABLE webhooks (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    url {text} NOT NULL,
    description {text},
    -- Words with spaces between, `*` for all.
    events {text} NOT NULL,
    is_active {bool} NOT NULL,
    -- Sealed; the one before it signs too until its time is over.
    secret {bytes} NOT NULL,
    old_secret {bytes},
    old_secret_until {int},
    -- Events after this number of the journal are told.
    since {int} NOT NULL,
    -- Since when nothing has reached it; null if the last try did.
    failing_since {int},
    disabled_at {int},
    -- `manual`, `failing`, `gone`.
    disabled_reason {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- How far an account's journal has been read. Accounts without an active endpoint have no row, and no reader.
CREATE TABLE webhook_readers (
    account_id {id} NOT NULL PRIMARY KEY,
    seq {int} NOT NULL,
    -- Raised by every step, so that of two nodes that do the same one only one counts.
    step {int} NOT NULL
);

CREATE TABLE webhook_deliveries (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    webhook_id {id} NOT NULL,
    -- Follows from the entry of the journal, so that it is the same for all endpoints and over all tries.
    event_id {id} NOT NULL,
    event {text} NOT NULL,
    -- Deliveries of the same lane go out one after the other.
    lane {text} NOT NULL,
    body {text} NOT NULL,
    -- `pending`, `delivered`, `failed`, `cancelled`.
    state {text} NOT NULL,
    -- Of all times, and since somebody asked for it again.
    attempts {int} NOT NULL,
    tries {int} NOT NULL,
    -- When it was asked for, first or again.
    asked_at {int} NOT NULL,
    next_try_at {int},
    last_try_at {int},
    duration_ms {int},
    response_status {int},
    -- The first bytes of what was answered.
    response_body {text},
    error {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (account_id, webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (account_id, webhook_id, state, created_at, id);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (account_id, created_at);

-- Whether a member wants to hear of endpoints that were switched off.
ALTER TABLE notification_preferences ADD COLUMN webhook_disabled {bool} NOT NULL DEFAULT TRUE;

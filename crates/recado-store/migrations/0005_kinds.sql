-- Every kind of message, the files they carry, templates, and numbers of both providers.

-- What the text does not say: one JSON object; which part of it is there follows from content_type.
ALTER TABLE messages ADD COLUMN content {text};
-- The file, as the apps see it: JSON. Its row in `media` has what is needed to fetch and to serve it.
ALTER TABLE messages ADD COLUMN media {text};
-- A JSON list, made anew from `reactions` whenever one changes.
ALTER TABLE messages ADD COLUMN reactions {text};
-- Sent by the business on its phone, not by us.
ALTER TABLE messages ADD COLUMN is_echo {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE messages ADD COLUMN edited_at {int};
ALTER TABLE messages ADD COLUMN deleted_at {int};

-- At most one of the customer and one of the business, as WhatsApp has it. Without an emoji: it was taken away; kept,
-- so that older news does not bring it back.
CREATE TABLE reactions (
    account_id {id} NOT NULL,
    message_id {id} NOT NULL,
    actor_type {text} NOT NULL,
    actor_id {id},
    emoji {text},
    at {int} NOT NULL,
    PRIMARY KEY (account_id, message_id, actor_type)
);

CREATE TABLE media (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- The message that carries it; null for an upload that has not been sent yet.
    message_id {id},
    -- The number whose credentials fetch it.
    number_id {id},
    kind {text} NOT NULL,
    state {text} NOT NULL,
    mime_type {text} NOT NULL,
    filename {text},
    size {int},
    sha256 {bytes},
    voice {bool} NOT NULL,
    animated {bool} NOT NULL,
    width {int},
    height {int},
    duration_ms {int},
    thumbnail {bool} NOT NULL,
    error {text},
    -- Where it is to be fetched: the provider's id of it, an address, or both.
    provider_id {text},
    url {text},
    created_by {id},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- Files of ours that a provider keeps for a number, so that a file is handed over once and not for each message.
CREATE TABLE media_handles (
    account_id {id} NOT NULL,
    media_id {id} NOT NULL,
    number_id {id} NOT NULL,
    handle {text} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (account_id, media_id, number_id)
);

CREATE TABLE templates (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- Whose templates they are: Meta's WABA, Twilio's account SID. All numbers of a business share them.
    business_id {text} NOT NULL,
    provider_id {text} NOT NULL,
    name {text} NOT NULL,
    language {text} NOT NULL,
    category {text},
    status {text} NOT NULL,
    quality {text},
    reason {text},
    named {bool} NOT NULL,
    -- Header, body, footer and buttons: one JSON object.
    body {text} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX templates_by_provider ON templates (account_id, business_id, provider_id);
CREATE INDEX templates_by_name ON templates (account_id, business_id, name, language, id);
CREATE INDEX templates_by_update ON templates (account_id, updated_at, id);

-- Twilio's credentials, kept once for all numbers of theirs.
CREATE TABLE twilio_accounts (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    account_sid {text} NOT NULL,
    auth_token {bytes} NOT NULL,
    -- Another place than Twilio's own, for the sandbox.
    base_url {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX twilio_accounts_once ON twilio_accounts (account_id);

ALTER TABLE members ADD COLUMN whatsapp_enabled {bool} NOT NULL DEFAULT TRUE;

-- A number now has an app of Meta's and a token of its own, or an account of Twilio's.
CREATE TABLE new_numbers (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    kind {text} NOT NULL,
    label {text} NOT NULL,
    display_phone {text} NOT NULL,
    -- Meta's phone number id; `+` and digits at Twilio.
    provider_number {text} NOT NULL,
    -- Meta's WABA, Twilio's account SID.
    business_id {text},
    meta_app_id {id},
    twilio_account_id {id},
    -- Twilio's id of the sender, if it has one.
    sender_sid {text},
    base_url {text},
    access_token {bytes},
    is_default {bool} NOT NULL,
    status {text} NOT NULL,
    assigned_member_id {id},
    quality {text},
    messaging_limit {text},
    -- Why nothing can be sent, in a sentence.
    trouble {text},
    last_webhook_at {int},
    -- JSON: reason, message, at.
    last_error {text},
    checked_at {int},
    connected_at {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
INSERT INTO new_numbers (account_id, id, kind, label, display_phone, provider_number, business_id, meta_app_id,
        base_url, access_token, is_default, status, connected_at, created_at)
    SELECT account_id, id, kind, label, display_phone, provider_number, business_id, meta_app_id,
        base_url, access_token, is_default, status, connected_at, created_at FROM numbers;
DROP TABLE numbers;
ALTER TABLE new_numbers RENAME TO numbers;
CREATE UNIQUE INDEX numbers_by_provider ON numbers (account_id, provider_number);
CREATE INDEX numbers_by_business ON numbers (account_id, business_id);
-- A webhook of Twilio's names its number before it is known whose it is.
CREATE UNIQUE INDEX numbers_by_id ON numbers (id);

-- Webhooks of both providers.
CREATE TABLE new_intakes (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- `meta`, `twilio`.
    provider {text} NOT NULL,
    -- Whose path it came in by: Meta's app, our number at Twilio.
    source_id {id} NOT NULL,
    state {text} NOT NULL,
    -- A JSON list of what could not be understood or routed, and why.
    problems {text},
    body {bytes} NOT NULL,
    -- What stood after the `?`, where it says something.
    query {text},
    received_at {int} NOT NULL,
    replayed_at {int},
    PRIMARY KEY (account_id, id)
);
INSERT INTO new_intakes (account_id, id, provider, source_id, state, problems, body, received_at, replayed_at)
    SELECT account_id, id, 'meta', meta_app_id, state, problems, body, received_at, replayed_at FROM intakes;
DROP TABLE intakes;
ALTER TABLE new_intakes RENAME TO intakes;
CREATE INDEX intakes_rejected ON intakes (account_id, received_at, id) WHERE state = 'rejected';

-- Every message moves its conversation's entry in each index on last_message_at. The list of all conversations is
-- merged from those of its three states, so this one is not needed.
DROP INDEX conversations_by_activity;

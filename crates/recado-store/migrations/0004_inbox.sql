-- Numbers, contacts, conversations, messages, and the webhooks they come from.

-- A Meta app: the secret that signs webhooks and the one webhook path they come in by.
CREATE TABLE meta_apps (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    app_secret {bytes} NOT NULL,
    verify_token {bytes} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- A webhook names its app before it is known whose it is.
CREATE UNIQUE INDEX meta_apps_by_id ON meta_apps (id);

CREATE TABLE numbers (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    kind {text} NOT NULL,
    label {text} NOT NULL,
    display_phone {text} NOT NULL,
    provider_number {text} NOT NULL,
    business_id {text},
    meta_app_id {id} NOT NULL,
    base_url {text},
    access_token {bytes} NOT NULL,
    is_default {bool} NOT NULL,
    status {text} NOT NULL,
    connected_at {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX numbers_by_provider ON numbers (account_id, provider_number);

CREATE TABLE contacts (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    phone {text},
    name {text},
    profile_name {text},
    email {text},
    company {text},
    avatar_url {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- Every id a provider has called a contact by: digits of a phone, business-scoped user ids.
CREATE TABLE contact_identities (
    account_id {id} NOT NULL,
    value {text} NOT NULL,
    contact_id {id} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, value)
);
CREATE INDEX contact_identities_by_contact ON contact_identities (account_id, contact_id);

CREATE TABLE tags (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    name {text} NOT NULL,
    color {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX tags_by_name ON tags (account_id, name);

CREATE TABLE contact_tags (
    account_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    tag_id {id} NOT NULL,
    PRIMARY KEY (account_id, contact_id, tag_id)
);

CREATE TABLE conversations (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    number_id {id} NOT NULL,
    status {text} NOT NULL,
    assigned_member_id {id},
    last_message_id {id},
    last_message_text {text},
    last_message_type {text},
    last_message_direction {text},
    last_message_status {text},
    last_message_at {int} NOT NULL,
    -- When the customer service window closes; null if the customer never wrote.
    window_expires_at {int},
    unread_count {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX conversations_by_contact ON conversations (account_id, contact_id, number_id);
CREATE INDEX conversations_by_creation ON conversations (account_id, created_at, id);
CREATE INDEX conversations_by_activity ON conversations (account_id, last_message_at, id);
CREATE INDEX conversations_by_status_creation ON conversations (account_id, status, created_at, id);
CREATE INDEX conversations_by_status_activity ON conversations (account_id, status, last_message_at, id);
CREATE INDEX conversations_by_assignee ON conversations (account_id, assigned_member_id, last_message_at, id);

CREATE TABLE messages (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    conversation_id {id} NOT NULL,
    number_id {id} NOT NULL,
    direction {text} NOT NULL,
    sender_type {text} NOT NULL,
    sender_id {id},
    content_type {text} NOT NULL,
    content_text {text},
    -- The provider's JSON of a message that is kept whole because it is not understood.
    content_raw {text},
    media_url {text},
    template_name {text},
    whatsapp_message_id {text},
    status {text} NOT NULL,
    -- The status as a number, so that merging news about it is one conditional update.
    status_rank {int} NOT NULL,
    error {text},
    reply_to_message_id {id},
    interactive_reply_id {text},
    idempotency_key {id},
    -- What was asked for under that key, to tell a retry from another request.
    request_hash {bytes},
    sent_at {int},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- A provider repeats itself: the second time changes nothing.
CREATE UNIQUE INDEX messages_by_provider ON messages (account_id, number_id, whatsapp_message_id);
CREATE INDEX messages_by_conversation ON messages (account_id, conversation_id, created_at, id);
CREATE UNIQUE INDEX messages_by_key ON messages (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Tries of handing a message to its provider. Marked before the call, settled after it.
CREATE TABLE attempts (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    message_id {id} NOT NULL,
    state {text} NOT NULL,
    provider_id {text},
    error {text},
    started_at {int} NOT NULL,
    settled_at {int},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX attempts_by_message ON attempts (account_id, message_id, id);

-- Statuses of messages we do not know (yet): a status can overtake the answer to the call that sent it.
CREATE TABLE parked_statuses (
    account_id {id} NOT NULL,
    number_id {id} NOT NULL,
    whatsapp_message_id {text} NOT NULL,
    status {text} NOT NULL,
    error {text},
    at {int},
    parked_at {int} NOT NULL,
    PRIMARY KEY (account_id, number_id, whatsapp_message_id, status)
);

CREATE TABLE intakes (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    meta_app_id {id} NOT NULL,
    state {text} NOT NULL,
    -- A JSON list of what could not be understood or routed, and why.
    problems {text},
    body {bytes} NOT NULL,
    received_at {int} NOT NULL,
    replayed_at {int},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX intakes_rejected ON intakes (account_id, received_at, id) WHERE state = 'rejected';

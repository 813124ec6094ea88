-- Lists of conversations by what waits: who has not been answered, what is snoozed, what is unread; and saved views.

-- Since when the customer waits for an answer: the first message of theirs that nobody replied to.
ALTER TABLE conversations ADD COLUMN waiting_since {int};
-- Until when it is put away, as JSON; null if it is not.
ALTER TABLE conversations ADD COLUMN snooze {text};
-- What the customer's last message reopened it from: `closed`, `snoozed`; null if it was open.
ALTER TABLE conversations ADD COLUMN reopened_from {text};

UPDATE conversations SET waiting_since = (
    SELECT MIN(m.created_at) FROM messages m
    WHERE m.account_id = conversations.account_id AND m.conversation_id = conversations.id
    AND m.direction = 'inbound' AND m.sender_type = 'customer' AND m.created_at > COALESCE((
        SELECT MAX(r.created_at) FROM messages r
        WHERE r.account_id = conversations.account_id AND r.conversation_id = conversations.id
        AND r.direction = 'outbound'), 0))
    WHERE status <> 'closed' AND last_message_direction = 'inbound';

-- A message that does not end or begin the waiting leaves this one alone; those who do not wait are not in it.
CREATE INDEX conversations_waiting ON conversations (account_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
-- What is unread, by state. Paid for by messages of customers only, and small: whatever is read leaves it.
CREATE INDEX conversations_unread ON conversations (account_id, status, last_message_at, id) WHERE unread_count > 0;

-- An account's closed conversations outnumber the others, and nobody pages through them to find their own. As long
-- as the one before it, so that messages pay nothing more.
DROP INDEX conversations_by_assignee;
CREATE INDEX conversations_by_assignee
    ON conversations (account_id, assigned_member_id, status, last_message_at, id);
-- Merged from the three states, like the list by activity.
DROP INDEX conversations_by_creation;

-- Filters under a name, of one member or shared with all.
CREATE TABLE views (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- Who made it. One that is shared stays when they leave.
    member_id {id} NOT NULL,
    name {text} NOT NULL,
    -- JSON: see `ViewFilter`.
    filter {text} NOT NULL,
    shared {bool} NOT NULL,
    position {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);

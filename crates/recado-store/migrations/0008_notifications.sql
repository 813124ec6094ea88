-- What members are told of, and what of it they want to hear.

CREATE TABLE notifications (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- Whose it is.
    member_id {id} NOT NULL,
    type {text} NOT NULL,
    title {text} NOT NULL,
    body {text} NOT NULL,
    conversation_id {id},
    contact_id {id},
    -- The member who caused it; null for customers, API keys and Recado itself.
    actor_id {id},
    -- JSON: what an app needs to say it in its own words.
    data {text} NOT NULL,
    created_at {int} NOT NULL,
    read_at {int},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX notifications_by_member ON notifications (account_id, member_id, created_at, id);
CREATE INDEX notifications_by_conversation ON notifications (account_id, conversation_id);
CREATE INDEX notifications_unread ON notifications (account_id, member_id, created_at, id) WHERE read_at IS NULL;
-- Whoever does not look is told once that a customer writes, not for every message.
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, conversation_id, member_id)
    WHERE read_at IS NULL AND type = 'new_message';

-- A notification is what was said at the time: nothing about it ever changes but that it was read, once.
-- sqlite:
CREATE TRIGGER notifications_stay BEFORE UPDATE ON notifications
WHEN OLD.read_at IS NOT NULL OR NEW.read_at IS NULL
    OR OLD.account_id IS NOT NEW.account_id OR OLD.id IS NOT NEW.id OR OLD.member_id IS NOT NEW.member_id
    OR OLD.type IS NOT NEW.type OR OLD.title IS NOT NEW.title OR OLD.body IS NOT NEW.body
    OR OLD.conversation_id IS NOT NEW.conversation_id OR OLD.contact_id IS NOT NEW.contact_id
    OR OLD.actor_id IS NOT NEW.actor_id OR OLD.data IS NOT NEW.data OR OLD.created_at IS NOT NEW.created_at
BEGIN
    SELECT RAISE(ABORT, 'only read_at of a notification changes, and only once');
END;
-- postgres:
CREATE FUNCTION notifications_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.read_at IS NOT NULL OR NEW.read_at IS NULL
        OR OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.id IS DISTINCT FROM NEW.id
        OR OLD.member_id IS DISTINCT FROM NEW.member_id OR OLD.type IS DISTINCT FROM NEW.type
        OR OLD.title IS DISTINCT FROM NEW.title OR OLD.body IS DISTINCT FROM NEW.body
        OR OLD.conversation_id IS DISTINCT FROM NEW.conversation_id
        OR OLD.contact_id IS DISTINCT FROM NEW.contact_id OR OLD.actor_id IS DISTINCT FROM NEW.actor_id
        OR OLD.data IS DISTINCT FROM NEW.data OR OLD.created_at IS DISTINCT FROM NEW.created_at
    THEN
        RAISE EXCEPTION 'only read_at of a notification changes, and only once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notifications_stay BEFORE UPDATE ON notifications
    FOR EACH ROW EXECUTE FUNCTION notifications_stay();
-- both:

-- A member without a row has never changed anything.
CREATE TABLE notification_preferences (
    account_id {id} NOT NULL,
    member_id {id} NOT NULL,
    conversation_assigned {bool} NOT NULL,
    mention {bool} NOT NULL,
    new_message {bool} NOT NULL,
    escalation {bool} NOT NULL,
    failed_send {bool} NOT NULL,
    sound {bool} NOT NULL,
    browser {bool} NOT NULL,
    PRIMARY KEY (account_id, member_id)
);

-- What a member chose: `online`, `away`, `offline`.
ALTER TABLE members ADD COLUMN availability {text} NOT NULL DEFAULT 'online';

-- Who gets a new conversation by itself: `off`, `round_robin`, `least_busy`; and who got the last one.
ALTER TABLE numbers ADD COLUMN auto_assign {text} NOT NULL DEFAULT 'off';
ALTER TABLE numbers ADD COLUMN last_assigned_member_id {id};
-- Moves with assignment and status only, never with a message.
CREATE INDEX conversations_at_work ON conversations (account_id, assigned_member_id) WHERE status <> 'closed';

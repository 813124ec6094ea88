-- Where a conversation went that is part of another one now: what still points to it leads there.

CREATE TABLE merged_conversations (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- The one that has its messages; never one that is merged itself.
    into_id {id} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX merged_conversations_by_into ON merged_conversations (account_id, into_id);

-- Notifications that were read, to be forgotten after a while.
CREATE INDEX notifications_read ON notifications (account_id, read_at) WHERE read_at IS NOT NULL;

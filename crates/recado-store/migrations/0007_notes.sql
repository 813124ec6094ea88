-- What happened to a conversation beside its messages, and what the team writes about it to itself.

-- Lines of a thread that nobody wrote: assigned, closed, opened again.
CREATE TABLE activities (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    conversation_id {id} NOT NULL,
    -- One JSON object: its kind, and what that kind tells.
    what {text} NOT NULL,
    -- member, key, system, customer.
    actor_type {text} NOT NULL,
    actor_id {id},
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX activities_by_conversation ON activities (account_id, conversation_id, created_at, id);

-- Not messages, and in another table than they are: nothing that sends ever sees one.
CREATE TABLE notes (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    -- Null for one that is about the contact, wherever they write.
    conversation_id {id},
    -- The member who wrote it; null for an API key.
    author_id {id},
    text {text} NOT NULL,
    -- A JSON list of members.
    mentions {text} NOT NULL,
    created_at {int} NOT NULL,
    edited_at {int},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX notes_by_contact ON notes (account_id, contact_id, created_at, id);
CREATE INDEX notes_by_conversation ON notes (account_id, conversation_id, created_at, id)
    WHERE conversation_id IS NOT NULL;

-- `author` took it back, or the `team` took it out of the inbox; null while it is there.
ALTER TABLE messages ADD COLUMN deleted_by {text};
UPDATE messages SET deleted_by = 'author' WHERE deleted_at IS NOT NULL;

-- How many messages carry a file: when the last of them goes, so do its bytes.
ALTER TABLE media ADD COLUMN uses {int} NOT NULL DEFAULT 0;
-- sqlite:
UPDATE media SET uses = counted.n FROM (
    SELECT account_id, unhex(media ->> 'id', '-') AS media_id, COUNT(*) AS n FROM messages
    WHERE media IS NOT NULL GROUP BY 1, 2) AS counted
    WHERE media.account_id = counted.account_id AND media.id = counted.media_id;
-- postgres:
UPDATE media SET uses = counted.n FROM (
    SELECT account_id, CAST(CAST(media AS json) ->> 'id' AS uuid) AS media_id, COUNT(*) AS n FROM messages
    WHERE media IS NOT NULL GROUP BY 1, 2) AS counted
    WHERE media.account_id = counted.account_id AND media.id = counted.media_id;
-- both:

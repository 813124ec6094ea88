-- Every message changes its conversation, so every index that such a change touches is paid for by every message.

-- Whether anything is unread. It changes with the first unread message and when they are read; the count changes with
-- each of them.
ALTER TABLE conversations ADD COLUMN is_unread {bool} NOT NULL DEFAULT FALSE;
UPDATE conversations SET is_unread = TRUE WHERE unread_count > 0;
-- Sorted when it is asked for while it is little, and met on the way through the list when it is much.
DROP INDEX conversations_unread;
CREATE INDEX conversations_unread ON conversations (account_id, status, id) WHERE is_unread;

-- The list of an assignee, which is in order of states, counts their work as well.
DROP INDEX conversations_at_work;

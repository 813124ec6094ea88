-- Whether a note is a reply that somebody proposes, for an agent to take over.
ALTER TABLE notes ADD COLUMN is_draft {bool} NOT NULL DEFAULT FALSE;

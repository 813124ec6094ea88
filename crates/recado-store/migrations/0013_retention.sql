-- Uploads that no message carries, to be forgotten after a while.
CREATE INDEX media_unsent ON media (account_id, created_at) WHERE message_id IS NULL;

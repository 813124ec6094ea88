-- What providers did not tell by themselves, and is asked for.

-- Until when all that customers sent to a number at Twilio is known to be here; null while nobody has asked.
ALTER TABLE numbers ADD COLUMN reconciled_at {int};

-- Messages of which only the provider knows whether they left. There are few at any time.
CREATE INDEX messages_in_doubt ON messages (account_id, number_id, id) WHERE status = 'unknown';

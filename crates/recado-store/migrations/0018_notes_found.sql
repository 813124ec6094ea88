-- Notes are found as messages are. Those that are there already are read like all that was there before.
ALTER TABLE search_state ADD COLUMN notes_after {id};
-- sqlite:
UPDATE search_state SET notes_after = zeroblob(16);
-- postgres:
UPDATE search_state SET notes_after = '00000000-0000-0000-0000-000000000000';
-- both:

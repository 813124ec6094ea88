-- Contacts listed and searched, tags of one name whatever its case and accents, canned replies, a conversation's files.

-- What names are compared by: lower case, without accents, made by the program. What came before is lower case only,
-- until it changes.
ALTER TABLE contacts ADD COLUMN name_folded {text};
ALTER TABLE contacts ADD COLUMN profile_folded {text};
UPDATE contacts SET name_folded = lower(name), profile_folded = lower(profile_name);
CREATE INDEX contacts_by_creation ON contacts (account_id, created_at, id);

-- No operation has made tags so far, so their names do for the rest.
ALTER TABLE tags ADD COLUMN folded {text} NOT NULL DEFAULT '';
UPDATE tags SET folded = name;
DROP INDEX tags_by_name;
CREATE UNIQUE INDEX tags_by_folded ON tags (account_id, folded);
-- Who has a tag: for lists of one tag, and to take it from everybody.
CREATE INDEX contact_tags_by_tag ON contact_tags (account_id, tag_id, contact_id);

CREATE TABLE canned_replies (
    account_id {id} NOT NULL,
    id {id} NOT NULL,
    -- What is typed after `/`; unique without regard to case and accents.
    shortcut {text} NOT NULL,
    folded {text} NOT NULL,
    text {text} NOT NULL,
    -- The member who wrote it; null if an API key did.
    created_by {id},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX canned_replies_by_folded ON canned_replies (account_id, folded);

-- Few messages carry a file, and the others pay nothing for this.
CREATE INDEX messages_with_media ON messages (account_id, conversation_id, created_at, id) WHERE media IS NOT NULL;

-- What can be searched, kept behind the journal: all of it can be made anew from the other tables.

-- How far an account's journal has been read. What was there before the first reading is taken from the tables, in
-- the order of ids; null when that is done.
CREATE TABLE search_state (
    account_id {id} NOT NULL PRIMARY KEY,
    seq {int} NOT NULL,
    contacts_after {id},
    messages_after {id},
    -- Raised by every step, so that of two nodes that do the same one only one counts.
    step {int} NOT NULL
);

-- A document's number grows with the time of what it is of, so that the newest hits are those with the highest ones.
-- sqlite:
CREATE TABLE search_documents (
    doc INTEGER PRIMARY KEY NOT NULL,
    account_id BLOB NOT NULL,
    subject_id BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_documents_by_subject ON search_documents (account_id, subject_id);
-- Words come made alike, with spaces between. Without positions, as nobody asks for phrases; without the texts, which
-- stand in their own tables.
CREATE VIRTUAL TABLE search_index USING fts5(
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
CREATE TRIGGER search_documents_gone AFTER DELETE ON search_documents BEGIN
    DELETE FROM search_index WHERE rowid = old.doc;
END;
-- postgres:
CREATE TABLE search_documents (
    account_id UUID NOT NULL,
    doc BIGINT NOT NULL,
    subject_id UUID NOT NULL,
    terms TSVECTOR NOT NULL,
    PRIMARY KEY (account_id, doc)
);
CREATE UNIQUE INDEX search_documents_by_subject ON search_documents (account_id, subject_id);
-- What waits to be sorted in is read by every search, so it is kept short.
CREATE INDEX search_documents_by_terms ON search_documents USING gin (terms) WITH (gin_pending_list_limit = 512);
-- both:

-- Every word an account has used and how often, about: what a half-typed word may become.
CREATE TABLE search_words (
    account_id {id} NOT NULL,
    word {text} NOT NULL,
    documents {int} NOT NULL,
    PRIMARY KEY (account_id, word)
) {clustered};

-- The words of people: of their names, companies and addresses, and their phones from each digit on.
CREATE TABLE search_people (
    account_id {id} NOT NULL,
    word {text} NOT NULL,
    contact_id {id} NOT NULL,
    PRIMARY KEY (account_id, word, contact_id)
) {clustered};
CREATE INDEX search_people_by_contact ON search_people (account_id, contact_id, word);

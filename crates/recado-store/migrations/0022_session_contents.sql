-- What Twilio made of the buttons and lists of free messages, to be sent again by its id when the words are the same.
CREATE TABLE session_contents (
    account_id {id} NOT NULL,
    -- Twilio's account SID, as the business of its numbers.
    business_id {text} NOT NULL,
    -- Derived from the words.
    name {text} NOT NULL,
    sid {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, business_id, name)
);

-- The last number given out, per account. Raised in the transaction that appends, so its row lock makes
-- numbers dense and visible in order.
CREATE TABLE journal_heads (
    account_id {id} NOT NULL PRIMARY KEY,
    seq {int} NOT NULL
);

CREATE TABLE events (
    account_id {id} NOT NULL,
    seq {int} NOT NULL,
    kind {text} NOT NULL,
    audience {text} NOT NULL,
    body {text} NOT NULL,
    at {int} NOT NULL,
    PRIMARY KEY (account_id, seq)
);

//! The tables, version by version. A version that has landed is never edited.

use rusqlite::Transaction;

use crate::error::Result;

/// Brings the file to the newest version. Whether it was new.
pub(crate) fn migrate(tx: &Transaction<'_>) -> Result<bool> {
    let version: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (next, migration) in (1..).zip(VERSIONS).skip(version as usize) {
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "user_version", next)?;
    }
    Ok(version == 0)
}

const VERSIONS: [&str; 3] = [FIRST, EVERY_KIND, PROMOTIONS];

const FIRST: &str = "
    CREATE TABLE settings (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE phones (
        wa_id     TEXT PRIMARY KEY,
        user_id   TEXT NOT NULL UNIQUE,
        name      TEXT NOT NULL,
        online    INTEGER NOT NULL DEFAULT 1,
        auto_read INTEGER NOT NULL DEFAULT 0,
        -- When the customer last wrote: the 24-hour window counts from here.
        wrote_at  INTEGER,
        made_at   INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE messages (
        seq           INTEGER PRIMARY KEY AUTOINCREMENT,
        id            TEXT NOT NULL UNIQUE,
        wa_id         TEXT NOT NULL,
        from_business INTEGER NOT NULL,
        text          TEXT NOT NULL,
        at            INTEGER NOT NULL,
        status        TEXT NOT NULL,
        error_code    INTEGER,
        reply_to      TEXT,
        callback      TEXT,
        -- What the business addressed, when that was a user id instead of a phone.
        to_user_id    TEXT
    );
    CREATE INDEX messages_by_phone ON messages (wa_id, seq);
    CREATE INDEX messages_unread ON messages (wa_id, status) WHERE from_business = 1;
    CREATE INDEX messages_by_callback ON messages (callback) WHERE callback IS NOT NULL;
    CREATE TABLE outbox (
        seq        INTEGER PRIMARY KEY AUTOINCREMENT,
        kind       TEXT NOT NULL,
        item       TEXT NOT NULL,
        contact    TEXT,
        message_id TEXT NOT NULL
    );
";

/// Every kind of message, files, templates, and a second business number.
const EVERY_KIND: &str = "
    ALTER TABLE phones ADD COLUMN username TEXT;
    -- The business sees the user id only.
    ALTER TABLE phones ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
    -- When the customer last wrote to which of the numbers: the 24-hour window counts from here.
    CREATE TABLE windows (
        line     TEXT NOT NULL,
        wa_id    TEXT NOT NULL,
        wrote_at INTEGER NOT NULL,
        PRIMARY KEY (line, wa_id)
    ) WITHOUT ROWID;
    INSERT INTO windows SELECT 'meta', wa_id, wrote_at FROM phones WHERE wrote_at IS NOT NULL;
    ALTER TABLE phones DROP COLUMN wrote_at;

    ALTER TABLE messages ADD COLUMN line TEXT NOT NULL DEFAULT 'meta';
    ALTER TABLE messages ADD COLUMN kind TEXT NOT NULL DEFAULT 'text';
    -- JSON: what there is beyond the text, as the phone shows it.
    ALTER TABLE messages ADD COLUMN content TEXT;
    -- JSON: marks of the message (forwarded, edited, revoked, echo) and what only its provider needs.
    ALTER TABLE messages ADD COLUMN marks TEXT;
    CREATE TABLE reactions (
        message_id    TEXT NOT NULL,
        from_business INTEGER NOT NULL,
        emoji         TEXT NOT NULL,
        PRIMARY KEY (message_id, from_business)
    ) WITHOUT ROWID;
    CREATE TABLE media (
        id        TEXT PRIMARY KEY,
        mime_type TEXT NOT NULL,
        filename  TEXT,
        bytes     BLOB NOT NULL,
        made_at   INTEGER NOT NULL,
        -- Uploads of the business live longer than what customers send.
        uploaded  INTEGER NOT NULL
    );
    ALTER TABLE outbox ADD COLUMN line TEXT NOT NULL DEFAULT 'meta';
    -- Where it goes, when not to the URL of its line.
    ALTER TABLE outbox ADD COLUMN url TEXT;
    CREATE TABLE templates (
        id         INTEGER PRIMARY KEY,
        name       TEXT NOT NULL,
        language   TEXT NOT NULL,
        category   TEXT NOT NULL,
        status     TEXT NOT NULL,
        format     TEXT NOT NULL,
        components TEXT NOT NULL,
        reason     TEXT,
        UNIQUE (name, language)
    );
    -- Twilio's content, with the state of its approval.
    CREATE TABLE contents (
        seq           INTEGER PRIMARY KEY AUTOINCREMENT,
        sid           TEXT NOT NULL UNIQUE,
        friendly_name TEXT NOT NULL,
        language      TEXT NOT NULL,
        variables     TEXT NOT NULL,
        types         TEXT NOT NULL,
        approval      TEXT NOT NULL,
        made_at       INTEGER NOT NULL
    );
";

const PROMOTIONS: &str = "
    -- The customer wants no promotions of the business.
    ALTER TABLE phones ADD COLUMN no_promotions INTEGER NOT NULL DEFAULT 0;
";

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{FIRST, migrate};
    use crate::{line::Line, store::messages, store::phones, store::windows};

    #[test]
    fn an_older_store_keeps_what_it_has() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(FIRST).unwrap();
        connection
            .execute_batch(
                "PRAGMA user_version = 1;
                 INSERT INTO phones VALUES ('1', 'US.1', 'Ana', 1, 0, 77, 5), ('2', 'US.2', 'Bo', 1, 0, NULL, 6);
                 INSERT INTO messages (id, wa_id, from_business, text, at, status)
                 VALUES ('wamid.1', '1', 0, 'hi', 77, 'read');",
            )
            .unwrap();
        let tx = connection.transaction().unwrap();
        assert!(!migrate(&tx).unwrap());
        assert!(!migrate(&tx).unwrap(), "the second time there is nothing to do");
        assert_eq!(windows::wrote_at(&tx, Line::Meta, "1").unwrap(), Some(77));
        assert_eq!(windows::wrote_at(&tx, Line::Meta, "2").unwrap(), None);
        assert_eq!(windows::wrote_at(&tx, Line::Twilio, "1").unwrap(), None);
        assert_eq!(phones::get(&tx, "2").unwrap().name, "Bo");
        let message = messages::find(&tx, "wamid.1").unwrap().unwrap();
        assert_eq!(
            (&*message.kind, &*message.text, message.line),
            ("text", "hi", Line::Meta)
        );
    }
}

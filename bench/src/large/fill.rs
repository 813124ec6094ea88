//! Rows in bulk, past the program: what would take days to come in by webhooks.

use std::fmt::Write as _;
use std::path::Path;

use futures_util::SinkExt;
use rusqlite::{Connection, params};
use tokio_postgres::{Client, NoTls};

use super::past::{Past, Person, Said};
use crate::Result;

/// Rows in a transaction, or in a piece of a COPY.
const BATCH: u64 = 50_000;

/// Into a SQLite file, whose program does not run. What is not yet on the disk when the machine fails is of no worth.
pub fn sqlite(path: &Path, mut past: Past, messages: u64) -> Result<()> {
    let mut store = Connection::open(path)?;
    store
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY")?;
    let (account, number): (Vec<u8>, Vec<u8>) = store.query_row(
        "SELECT account_id, id FROM numbers WHERE kind = 'sandbox'",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut left = messages;
    while left > 0 {
        let batch = store.transaction()?;
        let mut insert = batch.prepare_cached(
            "INSERT INTO messages (account_id, id, conversation_id, number_id, direction, sender_type, content_type,
                content_text, whatsapp_message_id, status, status_rank, sent_at, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'text', ?7, ?8, ?9, ?10, ?11, ?11)",
        )?;
        for _ in 0..left.min(BATCH) {
            let said = past.next();
            let (direction, sender, status, rank) = words(&said);
            insert.execute(params![
                account,
                said.id.0.as_bytes(),
                past.people[said.person].conversation.0.as_bytes(),
                number,
                direction,
                sender,
                said.text,
                said.provider_id,
                status,
                rank,
                said.at.millis(),
            ])?;
        }
        drop(insert);
        batch.commit()?;
        left = left.saturating_sub(BATCH);
    }
    let batch = store.transaction()?;
    for person in &past.people {
        let came = person.came.millis();
        batch
            .prepare_cached(
                "INSERT INTO contacts (account_id, id, phone, profile_name, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            )?
            .execute(params![
                account,
                person.contact.0.as_bytes(),
                format!("+{}", person.phone),
                person.name,
                came
            ])?;
        batch
            .prepare_cached(
                "INSERT INTO contact_identities (account_id, value, contact_id, created_at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![account, person.phone, person.contact.0.as_bytes(), came])?;
        let Some(last) = &person.last else { continue };
        let (direction, _, status, _) = words(last);
        batch
            .prepare_cached(
                "INSERT INTO conversations (account_id, id, contact_id, number_id, status, last_message_id,
                    last_message_text, last_message_type, last_message_direction, last_message_status,
                    last_message_at, window_expires_at, unread_count, created_at, updated_at, is_unread)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'text', ?8, ?9, ?10, ?11, ?12, ?13, ?10, ?12 > 0)",
            )?
            .execute(params![
                account,
                person.conversation.0.as_bytes(),
                person.contact.0.as_bytes(),
                number,
                state(person),
                last.id.0.as_bytes(),
                last.text,
                direction,
                status,
                last.at.millis(),
                window(person),
                person.unread,
                came,
            ])?;
    }
    batch.commit()?;
    store.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// Into PostgreSQL, by COPY.
pub async fn postgres(url: &str, mut past: Past, messages: u64) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let ids = "SELECT CAST(account_id AS TEXT), CAST(id AS TEXT) FROM numbers WHERE kind = 'sandbox'";
    let row = client.query_one(ids, &[]).await?;
    let (account, number): (String, String) = (row.try_get(0)?, row.try_get(1)?);

    let into = "messages (account_id, id, conversation_id, number_id, direction, sender_type, content_type, content_text,
        whatsapp_message_id, status, status_rank, sent_at, created_at)";
    let mut left = messages;
    while left > 0 {
        let mut lines = String::new();
        for _ in 0..left.min(BATCH) {
            let said = past.next();
            let (direction, sender, status, rank) = words(&said);
            let conversation = past.people[said.person].conversation;
            let at = said.at.millis();
            writeln!(
                lines,
                "{account}\t{}\t{conversation}\t{number}\t{direction}\t{sender}\ttext\t{}\t{}\t{status}\t{rank}\t{at}\t{at}",
                said.id, said.text, said.provider_id
            )?;
        }
        copy(&client, into, lines).await?;
        left = left.saturating_sub(BATCH);
    }
    let (mut contacts, mut identities, mut conversations) = (String::new(), String::new(), String::new());
    for person in &past.people {
        let Person {
            contact,
            conversation,
            name,
            phone,
            ..
        } = person;
        let came = person.came.millis();
        writeln!(contacts, "{account}\t{contact}\t+{phone}\t{name}\t{came}\t{came}")?;
        writeln!(identities, "{account}\t{phone}\t{contact}\t{came}")?;
        let Some(last) = &person.last else { continue };
        let (direction, _, status, _) = words(last);
        let at = last.at.millis();
        let window = window(person).map_or_else(|| "\\N".to_owned(), |at| at.to_string());
        writeln!(
            conversations,
            "{account}\t{conversation}\t{contact}\t{number}\t{}\t{}\t{}\ttext\t{direction}\t{status}\t{at}\t{window}\t{}\t{came}\t{at}\t{}",
            state(person),
            last.id,
            last.text,
            person.unread,
            person.unread > 0
        )?;
    }
    copy(
        &client,
        "contacts (account_id, id, phone, profile_name, created_at, updated_at)",
        contacts,
    )
    .await?;
    copy(
        &client,
        "contact_identities (account_id, value, contact_id, created_at)",
        identities,
    )
    .await?;
    let into =
        "conversations (account_id, id, contact_id, number_id, status, last_message_id, last_message_text,
        last_message_type, last_message_direction, last_message_status, last_message_at, window_expires_at,
        unread_count, created_at, updated_at, is_unread)";
    copy(&client, into, conversations).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    drop(client);
    connection.await??;
    Ok(())
}

/// What the server's own upkeep would have done by and by.
pub async fn settle_postgres(url: &str) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute("VACUUM ANALYZE").await?;
    client.batch_execute("CHECKPOINT").await?;
    drop(client);
    connection.await??;
    Ok(())
}

async fn copy(client: &Client, into: &str, lines: String) -> Result<()> {
    let sink = client
        .copy_in::<_, bytes::Bytes>(&format!("COPY {into} FROM STDIN"))
        .await?;
    let mut sink = std::pin::pin!(sink);
    sink.send(lines.into()).await?;
    sink.finish().await?;
    Ok(())
}

fn words(said: &Said) -> (&'static str, &'static str, &'static str, i64) {
    use recado_model::MessageStatus as Status;
    if said.inbound {
        (
            "inbound",
            "customer",
            Status::Received.as_str(),
            Status::Received as i64,
        )
    } else {
        ("outbound", "agent", Status::Read.as_str(), Status::Read as i64)
    }
}

/// A third is still being worked on.
fn state(person: &Person) -> &'static str {
    match person.phone.bytes().last() {
        Some(b'0'..=b'2') => "open",
        Some(b'3') => "pending",
        _ => "closed",
    }
}

fn window(person: &Person) -> Option<i64> {
    person
        .wrote
        .map(|at| at.plus(recado_model::conversation::WINDOW).millis())
}

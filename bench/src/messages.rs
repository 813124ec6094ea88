//! Whether everything acknowledged is there: asks the API for every message of every conversation.

use std::net::SocketAddr;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Result;
use crate::http::Connection;
use crate::webhooks::number_of;

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Conversation {
    id: String,
}

#[derive(Deserialize)]
struct Message {
    whatsapp_message_id: Option<String>,
}

/// # Errors
/// A message of the first `expected` webhooks is missing, there twice, or one is there that was never acknowledged.
pub async fn check(address: SocketAddr, key: &str, expected: usize) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let mut seen = vec![0_u32; expected];
    let mut others = 0_u32;
    let conversations: Vec<Conversation> = all(&mut connection, "/api/v1/conversations", key).await?;
    for Conversation { id } in conversations {
        let path = format!("/api/v1/conversations/{id}/messages");
        let messages: Vec<Message> = all(&mut connection, &path, key).await?;
        let ours = messages
            .iter()
            .filter_map(|message| message.whatsapp_message_id.as_deref().and_then(number_of));
        for number in ours {
            match seen.get_mut(number) {
                Some(times) => *times += 1,
                None => others += 1,
            }
        }
    }
    let missing = seen.iter().filter(|times| **times == 0).count();
    let twice = seen.iter().filter(|times| **times > 1).count();
    if missing + twice > 0 || others > 0 {
        return Err(format!(
            "of {expected} acknowledged messages {missing} are missing and {twice} are there more than once; \
             {others} were never acknowledged"
        )
        .into());
    }
    Ok(())
}

/// All pages.
async fn all<T: DeserializeOwned>(connection: &mut Connection, path: &str, key: &str) -> Result<Vec<T>> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let after = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let body = connection.get(&format!("{path}?limit=100{after}"), key).await?;
        let page: Page<T> = serde_json::from_slice(&body)?;
        items.extend(page.data);
        match page.meta.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(items),
        }
    }
}

//! The files of messages: behind the credentials, and from there to a storage that asks for none.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};

use super::{
    Answer, Refusal, admit,
    messages::{date, find},
};
use crate::{
    config::Twilio,
    lookaside,
    outgoing::is_media,
    store::{media, messages::Row},
    webhook::sign,
    world::World,
};

/// Where a message's file is fetched.
pub(super) fn path(line: &Twilio, message: &str, media: &str) -> String {
    format!(
        "/2010-04-01/Accounts/{}/Messages/{message}/Media/{}",
        line.account_sid,
        sid(media)
    )
}

/// How many files a message has.
pub(super) fn count(row: &Row) -> usize {
    match &row.content {
        Some(content) if row.kind == "contacts" => content["contacts"].as_array().map_or(0, Vec::len),
        Some(_) if is_media(&row.kind) => 1,
        _ => 0,
    }
}

pub(super) async fn get(
    State(world): State<Arc<World>>,
    Path((account, message, media)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer<Redirect> {
    admit(&world, &headers, Some(&account))?;
    let message = find(&world, &message).await?;
    let file = name_in_storage(&message, &media).ok_or_else(Refusal::not_found)?;
    let hash = sign::proof("twilio-storage", &file);
    Ok(Redirect::temporary(&format!(
        "/twilio-storage/{file}?hash={hash}"
    )))
}

pub(super) async fn list(
    State(world): State<Arc<World>>,
    Path((account, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, Some(&account))?;
    let message = find(&world, &message).await?;
    let content = message.content.clone().unwrap_or_default();
    let files: Vec<(String, String)> = match count(&message) {
        0 => Vec::new(),
        count if message.kind == "contacts" => (0..count)
            .map(|at| (format!("ME{at:032x}"), "text/vcard".to_owned()))
            .collect(),
        _ => {
            let text = |key: &str| content[key].as_str().unwrap_or_default().to_owned();
            vec![(text("media"), text("mime_type"))]
        }
    };
    let list: Vec<Value> = files
        .iter()
        .map(|(id, mime_type)| {
            json!({
                "sid": sid(id),
                "account_sid": line.account_sid,
                "parent_sid": message.id,
                "content_type": crate::file::essence(mime_type),
                "date_created": date(message.at),
                "date_updated": date(message.at),
                "uri": format!("{}.json", path(line, &message.id, id)),
            })
        })
        .collect();
    Ok(Json(
        json!({"media_list": list, "page": 0, "page_size": 50, "next_page_uri": null}),
    ))
}

pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Path((account, message, media)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    admit(&world, &headers, Some(&account))?;
    let message = find(&world, &message).await?;
    let file = name_in_storage(&message, &media).ok_or_else(Refusal::not_found)?;
    let removed = world
        .change(move |change| media::remove(change.tx, &file))
        .await?;
    if removed {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::not_found())
    }
}

/// The storage: whoever has the link has the file.
pub(super) async fn storage(
    State(world): State<Arc<World>>,
    Path(file): Path<String>,
    uri: axum::http::Uri,
) -> Response {
    if uri.query() != Some(&format!("hash={}", sign::proof("twilio-storage", &file))) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let found = world
        .read(move |tx| match file.split_once('-') {
            // A contact card of a message: written when it is asked for.
            Some((message, at)) => {
                let message = crate::store::messages::find(tx, message)?;
                Ok(message.and_then(|message| vcard(&message, at)).map(Stored::Card))
            }
            None => Ok(media::find(tx, &file)?.map(Stored::File)),
        })
        .await;
    match found {
        Ok(Some(Stored::File(file))) => lookaside::bytes(file),
        Ok(Some(Stored::Card(text))) => ([(header::CONTENT_TYPE, "text/vcard")], text).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a file could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

enum Stored {
    File(media::Row),
    Card(String),
}

/// `ME` and 32 digits, out of the id the file has here.
fn sid(media: &str) -> String {
    if media.starts_with("ME") {
        media.to_owned()
    } else {
        format!("ME{media:0>32}")
    }
}

/// The file of this message that a sid names, as the storage calls it.
fn name_in_storage(message: &Row, wanted: &str) -> Option<String> {
    let content = message.content.as_ref()?;
    if message.kind == "contacts" {
        let at = (0..count(message)).find(|at| format!("ME{at:032x}") == wanted)?;
        return Some(format!("{}-{at}", message.id));
    }
    let media = content["media"].as_str()?;
    (sid(media) == wanted).then(|| media.to_owned())
}

fn vcard(message: &Row, at: &str) -> Option<String> {
    let at: usize = at.parse().ok()?;
    let card = message.content.as_ref()?.get("contacts")?.get(at)?;
    let name = card
        .pointer("/name/formatted_name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let part = |key: &str| card["name"][key].as_str().unwrap_or_default();
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:3.0".to_owned(),
        format!("N:{};{};;;", part("last_name"), part("first_name")),
        format!("FN:{name}"),
    ];
    for phone in card["phones"].as_array().into_iter().flatten() {
        let number = phone["phone"].as_str().unwrap_or_default();
        let wa_id = phone["wa_id"]
            .as_str()
            .map(|id| format!(";waid={id}"))
            .unwrap_or_default();
        lines.push(format!("TEL;type=CELL{wa_id}:{number}"));
    }
    for email in card["emails"].as_array().into_iter().flatten() {
        lines.push(format!("EMAIL:{}", email["email"].as_str().unwrap_or_default()));
    }
    lines.push("END:VCARD\r\n".to_owned());
    Some(lines.join("\r\n"))
}

//! `Messages.json`: sending, listing, reading one.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Refusal, admit, limits, render, senders::is_url, status, stem};
use crate::{
    config::Twilio,
    faults::FailsLater,
    fetch,
    graph::send::user_number,
    line::Line,
    outgoing::{self, Outgoing, Recipient},
    store::{
        contents,
        messages::{self, Marks, Row},
    },
    world::World,
};

const BODY_LIMIT: usize = 1600;

type Form = Vec<(String, String)>;

pub(super) async fn send(
    State(world): State<Arc<World>>,
    Path(account): Path<String>,
    fails_later: Option<Extension<FailsLater>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<(StatusCode, Json<Value>)> {
    let line = admit(&world, &headers, Some(&account))?;
    let form: Form = form_urlencoded::parse(&body).into_owned().collect();
    let to = recipient(line, &form)?;
    let from = field(&form, "From").ok_or_else(|| Refusal::bad(21_603, "A 'From' number is required."))?;
    if from != line.address() {
        return Err(Refusal::bad(
            63_007,
            "Twilio could not find a Channel with the specified From address",
        ));
    }
    let callback = field(&form, "StatusCallback").filter(|url| !url.is_empty());
    if callback.is_some_and(|url| !is_url(url)) {
        return Err(Refusal::bad(
            21_609,
            "The 'StatusCallback' URL is not a valid URL.",
        ));
    }
    let said = said(&world, &form).await?;
    let callback = callback.map(str::to_owned);
    let outgoing = Outgoing {
        line: Line::Twilio,
        to,
        kind: said.kind,
        text: said.text,
        content: said.content,
        reply_to: None,
        callback: callback.clone(),
        template: said.template,
        marks: Marks {
            status_callback: callback,
            fails_with: fails_later.map(|Extension(FailsLater(code))| code),
            ..Marks::default()
        },
    };
    let taken = world
        .change(move |change| outgoing::accept(change, outgoing))
        .await?;
    if let Some(link) = taken.link {
        fetch::start(&world, taken.message.id.clone(), link);
    }
    // What became of it meanwhile is told by the callbacks only.
    Ok((StatusCode::CREATED, Json(shown(line, &taken.message))))
}

pub(super) async fn fetch(
    State(world): State<Arc<World>>,
    Path((account, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, Some(&account))?;
    let message = find(&world, &message).await?;
    Ok(Json(shown(line, &message)))
}

/// `Body=` empties a message, `Status=canceled` would stop one that is scheduled: nothing here is.
pub(super) async fn change(
    State(world): State<Arc<World>>,
    Path((account, message)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, Some(&account))?;
    let mut message = find(&world, &message).await?;
    let form: Form = form_urlencoded::parse(&body).into_owned().collect();
    if field(&form, "Body") != Some("") {
        return Err(Refusal::bad(20_001, "Only Body may be changed, to nothing."));
    }
    message.text.clear();
    let answer = shown(line, &message);
    world
        .change(move |change| messages::update(change.tx, &message))
        .await?;
    Ok(Json(answer))
}

pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Path((account, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    admit(&world, &headers, Some(&account))?;
    let message = find(&world, &message).await?;
    world
        .change(move |change| {
            change
                .tx
                .execute("DELETE FROM messages WHERE id = ?1", [&message.id])?;
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Newest first, in pages; by `To`, `From` and `DateSent`, of which the comparison is part of the name: `DateSent>`.
pub(super) async fn list(
    State(world): State<Arc<World>>,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, Some(&account))?;
    let query: Form = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .into_owned()
        .collect();
    let number = |name: &str, usual: usize| {
        field(&query, name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(usual)
    };
    let size = number("PageSize", 50).clamp(1, 1000);
    let page = number("Page", 0);
    let rows: Vec<Row> = world
        .read(|tx| messages::of_line(tx, Line::Twilio))
        .await?
        .into_iter()
        .filter(|row| row.kind != "reaction")
        .filter(|row| matches_query(line, row, &query))
        .collect();
    let start = page.saturating_mul(size);
    let found: Vec<Value> = rows
        .iter()
        .skip(start)
        .take(size)
        .map(|row| shown(line, row))
        .collect();
    let path = format!("/2010-04-01/Accounts/{}/Messages.json", line.account_sid);
    let uri = |page: usize| {
        let mut query = query.clone();
        query.retain(|(name, _)| !matches!(&**name, "Page" | "PageToken" | "PageSize"));
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&query)
            .append_pair("PageSize", &size.to_string())
            .append_pair("Page", &page.to_string())
            .append_pair("PageToken", &format!("PASM{page}"));
        format!("{path}?{}", text.finish())
    };
    let more = start + found.len() < rows.len();
    Ok(Json(json!({
        "messages": found,
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + found.len().saturating_sub(1),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "next_page_uri": more.then(|| uri(page + 1)),
        "previous_page_uri": page.checked_sub(1).map(uri),
    })))
}

/// The customer's address, as the business knows it.
pub(super) fn address_of(message: &Row) -> String {
    match &message.to_user_id {
        Some(user_id) => format!("whatsapp:{user_id}"),
        None => format!("whatsapp:+{}", message.wa_id),
    }
}

pub(super) async fn find(world: &World, segment: &str) -> Answer<Row> {
    let id = stem(segment).to_owned();
    let found = world.read(move |tx| messages::find(tx, &id)).await?;
    found
        .filter(|message| message.line == Line::Twilio)
        .ok_or_else(Refusal::not_found)
}

struct Said {
    kind: String,
    text: String,
    content: Option<Value>,
    template: bool,
}

async fn said(world: &World, form: &Form) -> Answer<Said> {
    let links: Vec<&str> = form
        .iter()
        .filter(|(name, _)| name == "MediaUrl")
        .map(|(_, url)| &**url)
        .collect();
    let body = field(form, "Body").unwrap_or_default();
    if body.chars().count() > BODY_LIMIT {
        return Err(Refusal::bad(
            21_617,
            "The concatenated message body exceeds the 1600 character limit.",
        ));
    }
    if let Some(sid) = field(form, "ContentSid") {
        return content(world, sid, field(form, "ContentVariables")).await;
    }
    if links.len() > 1 {
        return Err(Refusal::bad(
            21_623,
            "Number of media files exceeds allowed limit",
        ));
    }
    if let [link] = links[..] {
        if !is_url(link) {
            return Err(Refusal::bad(21_620, "Invalid media URL(s)"));
        }
        return Ok(Said {
            // Known once it is fetched; see there.
            kind: "document".to_owned(),
            text: body.to_owned(),
            content: Some(outgoing::file_content(None, Some(link), None)),
            template: false,
        });
    }
    if let Some(place) = field(form, "PersistentAction").and_then(place) {
        return Ok(Said {
            kind: "location".to_owned(),
            text: place["name"].as_str().unwrap_or(body).to_owned(),
            content: Some(place),
            template: false,
        });
    }
    if body.trim().is_empty() {
        return Err(Refusal::bad(
            21_619,
            "A text message body or media urls must be specified.",
        ));
    }
    Ok(Said {
        kind: "text".to_owned(),
        text: body.to_owned(),
        content: None,
        template: false,
    })
}

async fn content(world: &World, sid: &str, variables: Option<&str>) -> Answer<Said> {
    let wanted = sid.to_owned();
    let row = world.read(move |tx| contents::find(tx, &wanted)).await?;
    let row = row.ok_or_else(|| Refusal::bad(21_655, "The ContentSid is Invalid"))?;
    let variables: Value = match variables {
        None | Some("") => json!({}),
        Some(text) => serde_json::from_str(text)
            .map_err(|_| Refusal::bad(21_656, "The ContentVariables Parameter is invalid"))?,
    };
    let strings = variables
        .as_object()
        .is_some_and(|map| map.values().all(Value::is_string));
    if !strings {
        return Err(Refusal::bad(21_656, "The ContentVariables Parameter is invalid"));
    }
    limits::check_session(&row)?;
    let (kind, text, content) = render::rendered(&row, &variables)?;
    Ok(Said {
        kind: kind.to_owned(),
        text,
        content: Some(content),
        template: row.status() == "approved" && render::can_open(&row),
    })
}

fn recipient(line: &Twilio, form: &Form) -> Answer<Recipient> {
    let to = field(form, "To")
        .filter(|to| !to.is_empty())
        .ok_or_else(|| Refusal::bad(21_604, "A 'To' phone number is required."))?;
    let bad = || {
        Refusal::bad(
            21_211,
            format!("The 'To' number {to} is not a valid phone number."),
        )
    };
    let rest = to.strip_prefix("whatsapp:").ok_or_else(bad)?;
    if user_number(rest).is_some() {
        return Ok(Recipient::User(rest.to_owned()));
    }
    let digits = rest.strip_prefix('+').ok_or_else(bad)?;
    if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    if digits == line.digits() {
        return Err(Refusal::bad(
            63_031,
            "Channel message cannot have same From and To",
        ));
    }
    Ok(Recipient::Phone(digits.to_owned()))
}

/// `geo:52.52,13.40|Office`.
fn place(action: &str) -> Option<Value> {
    let (place, name) = match action.strip_prefix("geo:")?.split_once('|') {
        Some((place, name)) => (place, Some(name)),
        None => (action.strip_prefix("geo:")?, None),
    };
    let (latitude, longitude) = place.split_once(',')?;
    let latitude: f64 = latitude.trim().parse().ok()?;
    let longitude: f64 = longitude.trim().parse().ok()?;
    let mut place = json!({"latitude": latitude, "longitude": longitude});
    if let Some(name) = name {
        place["name"] = name.into();
    }
    Some(place)
}

fn field<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    form.iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| &**value)
}

fn matches_query(line: &Twilio, row: &Row, query: &Form) -> bool {
    let (from, to) = parties(line, row);
    let day = day(row.at);
    query.iter().all(|(name, value)| match &**name {
        "To" => *value == to,
        "From" => *value == from,
        "DateSent" => day == value.get(..10).unwrap_or(value),
        "DateSent>" => &*day >= value.get(..10).unwrap_or(value),
        "DateSent<" => &*day <= value.get(..10).unwrap_or(value),
        _ => true,
    })
}

fn parties(line: &Twilio, row: &Row) -> (String, String) {
    if row.from_business {
        (line.address(), address_of(row))
    } else {
        (address_of(row), line.address())
    }
}

fn shown(line: &Twilio, row: &Row) -> Value {
    let (from, to) = parties(line, row);
    let uri = format!("/2010-04-01/Accounts/{}/Messages/{}", line.account_sid, row.id);
    let (status, direction) = if row.from_business {
        (status::name(row.status, row.error_code), "outbound-api")
    } else {
        ("received", "inbound")
    };
    let media = super::media::count(row);
    let sent = (row.status != crate::config::Status::Accepted).then(|| date(row.at));
    json!({
        "sid": row.id,
        "account_sid": line.account_sid,
        "messaging_service_sid": null,
        "from": from,
        "to": to,
        "body": if row.kind == "location" || row.kind == "contacts" { "" } else { &row.text },
        "status": status,
        "direction": direction,
        "num_media": media.to_string(),
        "num_segments": "1",
        "error_code": row.error_code,
        "error_message": row.error_code.map(|code| crate::failure::Failure::new(code).title),
        "price": null,
        "price_unit": null,
        "date_created": date(row.at),
        "date_sent": sent,
        "date_updated": date(row.at),
        "api_version": "2010-04-01",
        "uri": format!("{uri}.json"),
        "subresource_uris": {"media": format!("{uri}/Media.json")},
    })
}

pub(super) fn date(at: i64) -> String {
    timestamp(at).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn day(at: i64) -> String {
    timestamp(at).strftime("%Y-%m-%d").to_string()
}

pub(super) fn timestamp(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or_default()
}

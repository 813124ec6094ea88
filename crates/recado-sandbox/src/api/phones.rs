//! The phones: who there is, what they show, what their owners do.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequest, Multipart, Path, Query, Request, State, multipart::MultipartError},
    http::{StatusCode, header},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::problem::{Answer, Body, Problem};
use crate::{
    chat::{self, NewPhone},
    customer::{self, Act},
    echo,
    file::File,
    line::Line,
    store::{
        messages::{self, PhoneMessage},
        phones::{self, Phone},
    },
    world::World,
};

#[derive(Deserialize)]
pub(super) struct New {
    name: String,
    phone: Option<String>,
    username: Option<String>,
    #[serde(default)]
    hidden: bool,
}

#[derive(Deserialize)]
pub(super) struct Flags {
    online: Option<bool>,
    auto_read: Option<bool>,
    hidden: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    /// The newest so many; 500 unless told.
    limit: Option<u32>,
    /// Of one chat instead of all.
    line: Option<Line>,
}

#[derive(Deserialize)]
pub(super) struct Echo {
    phone: String,
    text: String,
}

#[derive(Deserialize)]
pub(super) struct Preference {
    /// `stop` or `resume`.
    value: String,
}

pub(super) async fn add(
    State(world): State<Arc<World>>,
    Body(new): Body<New>,
) -> Answer<(StatusCode, Json<Phone>)> {
    let phone = world
        .change(move |change| {
            let new = NewPhone {
                name: &new.name,
                number: new.phone.as_deref(),
                username: new.username.as_deref(),
                hidden: new.hidden,
            };
            chat::add_phone(change, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(phone)))
}

pub(super) async fn set(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Body(flags): Body<Flags>,
) -> Answer<Json<Phone>> {
    let phone = world
        .change(move |change| {
            if let Some(hidden) = flags.hidden {
                chat::set_hidden(change, &wa_id, hidden)?;
            }
            if let Some(auto_read) = flags.auto_read {
                chat::set_auto_read(change, &wa_id, auto_read)?;
            }
            if let Some(online) = flags.online {
                chat::set_online(change, &wa_id, online)?;
            }
            phones::shown(change.tx, &wa_id)
        })
        .await?;
    Ok(Json(phone))
}

pub(super) async fn messages(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Query(page): Query<Page>,
) -> Answer<Json<Vec<PhoneMessage>>> {
    let limit = i64::from(page.limit.unwrap_or(500));
    let chat = world
        .read(move |tx| {
            phones::get(tx, &wa_id)?;
            messages::chat(tx, &wa_id, page.line, limit)
        })
        .await?;
    Ok(Json(chat))
}

/// JSON, or a form with the file in `file` and everything else beside it.
pub(super) async fn act(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    request: Request,
) -> Answer<(StatusCode, Json<PhoneMessage>)> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    let act = if is_form {
        let form = Multipart::from_request(request, &()).await;
        read_form(form.map_err(|error| bad_form(error.body_text()))?).await?
    } else {
        Body::<Act>::from_request(request, &()).await?.0
    };
    let message = world
        .change(move |change| customer::act(change, &wa_id, &act))
        .await?;
    Ok((StatusCode::CREATED, Json(message)))
}

pub(super) async fn read(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Query(page): Query<Page>,
) -> Answer<Json<Phone>> {
    let phone = world
        .change(move |change| chat::open(change, &wa_id, page.line))
        .await?;
    Ok(Json(phone))
}

pub(super) async fn played(
    State(world): State<Arc<World>>,
    Path((wa_id, id)): Path<(String, String)>,
) -> Answer<Json<Value>> {
    world
        .change(move |change| chat::play(change, &wa_id, &id))
        .await?;
    Ok(Json(json!({})))
}

/// The customer wants no more marketing, or wants it again.
pub(super) async fn preference(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Body(preference): Body<Preference>,
) -> Answer<Json<Phone>> {
    if !matches!(&*preference.value, "stop" | "resume") {
        return Err(Problem(
            StatusCode::BAD_REQUEST,
            "bad_request",
            Some("value"),
            "must be stop or resume".to_owned(),
        ));
    }
    let stops = preference.value == "stop";
    let phone = world
        .change(move |change| chat::set_no_promotions(change, &wa_id, stops))
        .await?;
    Ok(Json(phone))
}

/// The shop writes on its own phone.
pub(super) async fn echo(
    State(world): State<Arc<World>>,
    Body(wanted): Body<Echo>,
) -> Answer<(StatusCode, Json<PhoneMessage>)> {
    let message = world
        .change(move |change| echo::write(change, &wanted.phone, &wanted.text))
        .await?;
    Ok((StatusCode::CREATED, Json(message)))
}

async fn read_form(mut form: Multipart) -> Answer<Act> {
    let bad = |error: MultipartError| bad_form(error.body_text());
    let (mut fields, mut file) = (Map::new(), None);
    while let Some(part) = form.next_field().await.map_err(bad)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let (mime_type, filename) = (
                part.content_type()
                    .unwrap_or("application/octet-stream")
                    .to_owned(),
                part.file_name().map(str::to_owned),
            );
            file = Some(File {
                bytes: part.bytes().await.map_err(bad)?.to_vec(),
                mime_type,
                filename,
            });
        } else {
            let text = part.text().await.map_err(bad)?;
            let value = match &*text {
                "true" => true.into(),
                "false" => false.into(),
                _ => Value::String(text),
            };
            fields.insert(name, value);
        }
    }
    fields.entry("type").or_insert_with(|| "file".into());
    let mut act: Act =
        serde_json::from_value(Value::Object(fields)).map_err(|error| bad_form(error.to_string()))?;
    act.file = file;
    Ok(act)
}

fn bad_form(message: String) -> Problem {
    Problem(StatusCode::BAD_REQUEST, "bad_request", None, message)
}

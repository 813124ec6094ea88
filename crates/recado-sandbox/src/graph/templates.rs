//! `…/message_templates`: listing, creating, changing and deleting templates.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Answer, Refusal, admit,
    fields::{Object, array_of, need_array, need_text, object, text_of},
    manage::pick,
    samples,
};
use crate::{
    error::Error,
    store::templates::{self, Row},
    world::{Event, World},
};

const USUAL: &str = "name,language,status,category,components,parameter_format";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    access_token: Option<String>,
    appsecret_proof: Option<String>,
    fields: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
    before: Option<String>,
    name: Option<String>,
    status: Option<String>,
    language: Option<String>,
    category: Option<String>,
    hsm_id: Option<String>,
}

/// `GET /{version}/{waba_id}/message_templates`: one row for each name and language, in pages.
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter(&world, &version, &id, &headers, &asked)?;
    let is = |wanted: &Option<String>, value: &str| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    let rows: Vec<Row> = world
        .read(templates::list)
        .await?
        .into_iter()
        // Meta looks for the name anywhere in it.
        .filter(|row| {
            asked
                .name
                .as_ref()
                .is_none_or(|name| row.name.contains(name.as_str()))
        })
        .filter(|row| {
            is(&asked.status, &row.status)
                && is(&asked.language, &row.language)
                && is(&asked.category, &row.category)
        })
        .collect();
    let limit = asked.limit.unwrap_or(25).clamp(1, 1000);
    let position = |cursor: &str| {
        let id = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let id: i64 = String::from_utf8(id).ok()?.parse().ok()?;
        rows.iter().position(|row| row.id == id)
    };
    let start = match (&asked.after, &asked.before) {
        (Some(after), _) => position(after).ok_or_else(bad_cursor)? + 1,
        (None, Some(before)) => position(before).ok_or_else(bad_cursor)?.saturating_sub(limit),
        (None, None) => 0,
    };
    let page = rows.get(start..rows.len().min(start + limit)).unwrap_or_default();
    let fields = asked.fields.as_deref().unwrap_or(USUAL);
    let data: Vec<Value> = page
        .iter()
        .map(|row| pick(&shown(row), fields))
        .collect::<Answer<_>>()?;
    let mut answer = json!({ "data": data });
    if let (Some(first), Some(last)) = (page.first(), page.last()) {
        let after = cursor(last.id);
        answer["paging"] = json!({"cursors": {"before": cursor(first.id), "after": after}});
        if start + page.len() < rows.len() {
            let next = format!(
                "{}/{version}/{id}/message_templates?limit={limit}&after={after}",
                world.url()
            );
            answer["paging"]["next"] = next.into();
        }
    }
    Ok(Json(answer))
}

/// `POST /{version}/{waba_id}/message_templates`: it waits until somebody approves or rejects it.
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    enter(&world, &version, &id, &headers, &asked)?;
    let body = parse(&body)?;
    let body = object(&body, "The body")?;
    let name = need_text(body, "name", "name", 512)?.to_owned();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !name.bytes().all(fits) {
        return Err(Refusal::parameter(
            "name takes lower-case letters, digits and underscores.",
        ));
    }
    let language = need_text(body, "language", "language", 35)?.to_owned();
    let category = category(body)?.ok_or_else(|| Refusal::missing("category"))?;
    let format = format(body)?.unwrap_or("POSITIONAL").to_owned();
    let components = need_array(body, "components")?;
    check(&world, components)?;
    let components = Value::from(components.clone());
    let made = world
        .change(move |change| {
            let made = templates::insert(
                change.tx,
                &name,
                &language,
                &category,
                &format,
                "PENDING",
                &components,
            );
            change.tell(Event::Templates);
            Ok(made.map(|id| (id, category)))
        })
        .await?;
    match made {
        Ok((id, category)) => Ok(Json(
            json!({"id": id.to_string(), "status": "PENDING", "category": category}),
        )),
        Err(Error::Taken(which)) => Err(Refusal::creation(
            2_388_024,
            format!("There is already a template {which}."),
        )),
        Err(error) => Err(error.into()),
    }
}

/// `POST /{version}/{template_id}`: changes it, and it is looked at again. Uploads of samples come here as well.
pub(crate) async fn edit(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    admit(
        &world,
        &version,
        &headers,
        asked.access_token.as_deref(),
        asked.appsecret_proof.as_deref(),
    )?;
    if id == world.business.phone_number_id {
        return super::manage::configure(&world, &body).await;
    }
    let template_id: i64 = id.parse().map_err(|_| Refusal::unknown_object(&id))?;
    let body = parse(&body)?;
    let body = object(&body, "The body")?;
    let category = category(body)?;
    let format = format(body)?.map(str::to_owned);
    let components = array_of(body, "components")?;
    if let Some(components) = components {
        check(&world, components)?;
    }
    let components = components.map(|components| Value::from(components.clone()));
    let found = world
        .change(move |change| {
            let Some(mut row) = templates::find(change.tx, template_id)? else {
                return Ok(false);
            };
            row.components = components.unwrap_or(row.components);
            row.category = category.unwrap_or(row.category);
            row.format = format.unwrap_or(row.format);
            "PENDING".clone_into(&mut row.status);
            templates::update(change.tx, &row)?;
            change.tell(Event::Templates);
            Ok(true)
        })
        .await?;
    if found {
        Ok(Json(json!({"success": true})))
    } else {
        Err(Refusal::unknown_object(&id))
    }
}

/// `DELETE /{version}/{waba_id}/message_templates?name=`: all languages, or with `hsm_id` the one.
pub(crate) async fn delete(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter(&world, &version, &id, &headers, &asked)?;
    let name = asked.name.ok_or_else(|| Refusal::missing("name"))?;
    let removed = world
        .change(move |change| {
            let rows = templates::named(change.tx, &name)?.into_iter().filter(|row| {
                asked
                    .hsm_id
                    .as_ref()
                    .is_none_or(|wanted| *wanted == row.id.to_string())
            });
            let mut removed = false;
            for row in rows {
                templates::remove(change.tx, row.id)?;
                removed = true;
            }
            change.tell(Event::Templates);
            Ok(removed)
        })
        .await?;
    if removed {
        Ok(Json(json!({"success": true})))
    } else {
        Err(Refusal::creation(2_593_002, "There is no template of this name."))
    }
}

/// A template by its id.
pub(super) async fn look_up(world: &World, id: &str) -> Answer<Option<Value>> {
    let Ok(id) = id.parse() else {
        return Ok(None);
    };
    let row = world.read(move |tx| templates::find(tx, id)).await?;
    Ok(row.as_ref().map(shown))
}

fn shown(row: &Row) -> Value {
    json!({
        "id": row.id.to_string(),
        "name": row.name,
        "language": row.language,
        "status": row.status,
        "category": row.category,
        "sub_category": "CUSTOM",
        "components": row.components,
        "parameter_format": row.format,
        "quality_score": {"score": "UNKNOWN"},
        "rejected_reason": row.reason.as_deref().unwrap_or("NONE"),
    })
}

fn enter(world: &World, version: &str, id: &str, headers: &HeaderMap, asked: &Asked) -> Answer<()> {
    admit(
        world,
        version,
        headers,
        asked.access_token.as_deref(),
        asked.appsecret_proof.as_deref(),
    )?;
    if id == world.business.waba_id {
        Ok(())
    } else {
        Err(Refusal::unknown_object(id))
    }
}

fn parse(body: &[u8]) -> Answer<Value> {
    serde_json::from_slice(body).map_err(|_| Refusal::parameter("The body is not JSON."))
}

fn category(body: &Object) -> Answer<Option<String>> {
    match text_of(body, "category")? {
        None => Ok(None),
        Some(category @ ("MARKETING" | "UTILITY" | "AUTHENTICATION")) => Ok(Some(category.to_owned())),
        Some(_) => Err(Refusal::parameter(
            "category must be MARKETING, UTILITY or AUTHENTICATION.",
        )),
    }
}

fn format(body: &Object) -> Answer<Option<&str>> {
    match text_of(body, "parameter_format")? {
        None => Ok(None),
        Some(format) if format.eq_ignore_ascii_case("POSITIONAL") => Ok(Some("POSITIONAL")),
        Some(format) if format.eq_ignore_ascii_case("NAMED") => Ok(Some("NAMED")),
        Some(_) => Err(Refusal::parameter(
            "parameter_format must be POSITIONAL or NAMED.",
        )),
    }
}

/// The limits of each component.
fn check(world: &World, components: &[Value]) -> Answer<()> {
    let mut has_body = false;
    for component in components {
        let component = object(component, "components[]")?;
        let text = text_of(component, "text")?.unwrap_or_default();
        let long = |limit: usize| text.chars().count() > limit;
        let kind = text_of(component, "type")?.unwrap_or_default().to_uppercase();
        if kind == "HEADER" {
            check_sample(world, component)?;
        }
        match kind.as_str() {
            "HEADER" if long(60) || text.contains(['\n', '*']) => {
                return Err(Refusal::creation(
                    2_388_047,
                    "The header is too long or not plain.",
                ));
            }
            "BODY" => {
                has_body = true;
                let trimmed = text.trim();
                if long(1024) {
                    return Err(Refusal::creation(2_388_040, "The body is too long."));
                }
                if trimmed.starts_with("{{") || trimmed.ends_with("}}") {
                    return Err(Refusal::creation(
                        2_388_299,
                        "Variables can't be at the start or end of the template.",
                    ));
                }
                let variables = text.matches("{{").count();
                if variables > 0 && !component.contains_key("example") {
                    return Err(Refusal::creation(2_388_043, "Variables need an example."));
                }
                if variables * 3 > text.split_whitespace().count() + variables {
                    return Err(Refusal::creation(
                        2_388_293,
                        "Too many variables for so few words.",
                    ));
                }
            }
            "FOOTER" if long(60) || text.contains("{{") => {
                return Err(Refusal::creation(
                    2_388_073,
                    "The footer is too long or has a variable.",
                ));
            }
            "BUTTONS" => buttons(component)?,
            _ => {}
        }
    }
    if has_body {
        Ok(())
    } else {
        Err(Refusal::creation(2_388_072, "A template needs a body."))
    }
}

/// A header with a file needs a sample of it, which came by a resumable upload.
fn check_sample(world: &World, component: &Object) -> Answer<()> {
    let format = text_of(component, "format")?.unwrap_or_default().to_uppercase();
    let kind = match format.as_str() {
        "IMAGE" => "image/",
        "VIDEO" => "video/",
        "DOCUMENT" => "application/",
        _ => return Ok(()),
    };
    let handle = component
        .get("example")
        .and_then(|example| example.pointer("/header_handle/0")?.as_str())
        .ok_or_else(|| Refusal::creation(2_388_273, "A header with a file needs a sample of it."))?;
    match samples::mime_type_of(world, handle) {
        Some(mime_type) if mime_type.starts_with(kind) => Ok(()),
        Some(_) => Err(Refusal::creation(
            2_388_273,
            "The sample is another kind of file than the header.",
        )),
        None => Err(Refusal::parameter("header_handle is no handle of an upload.")),
    }
}

fn buttons(component: &Object) -> Answer<()> {
    let buttons = need_array(component, "buttons")?;
    if !(1..=10).contains(&buttons.len()) {
        return Err(Refusal::parameter("A template has 1 to 10 buttons."));
    }
    for (kind, limit) in [("URL", 2), ("PHONE_NUMBER", 1), ("COPY_CODE", 1)] {
        if buttons.iter().filter(|button| button["type"] == kind).count() > limit {
            return Err(Refusal::parameter(format!(
                "A template has at most {limit} {kind} buttons."
            )));
        }
    }
    for button in buttons {
        let text = button["text"].as_str().unwrap_or_default();
        if text.chars().count() > 25 {
            return Err(Refusal::parameter("A button has at most 25 characters."));
        }
    }
    Ok(())
}

fn cursor(id: i64) -> String {
    URL_SAFE_NO_PAD.encode(id.to_string())
}

fn bad_cursor() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, 100, "(#100) Invalid cursors values")
}

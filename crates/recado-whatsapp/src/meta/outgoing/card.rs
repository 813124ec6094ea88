//! Contact cards, as they are sent.

use recado_model::FailureReason;
use recado_model::content::ContactCard;
use serde_json::{Value, json};

use crate::send::SendError;

pub(super) fn to_json(cards: &[ContactCard]) -> Result<Value, SendError> {
    if cards.is_empty() {
        return Err(refused("there is no contact card"));
    }
    cards.iter().map(one).collect()
}

fn one(card: &ContactCard) -> Result<Value, SendError> {
    let parts = [&card.first_name, &card.last_name];
    let spelled: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let spelled = Some(spelled.join(" ")).filter(|name| !name.is_empty());
    let shown = card
        .name
        .clone()
        .or(spelled)
        .or_else(|| card.company.clone())
        .or_else(|| Some(card.phones.first()?.phone.clone()))
        .ok_or_else(|| refused("a contact card needs a name"))?;
    let mut name = json!({ "formatted_name": shown });
    set(&mut name, "first_name", card.first_name.as_deref());
    set(&mut name, "last_name", card.last_name.as_deref());
    if parts.iter().all(|part| part.is_none()) {
        // Meta wants one more part beside the name that is shown.
        name["first_name"] = shown.into();
    }
    let mut out = json!({ "name": name });
    let mut org = json!({});
    set(&mut org, "company", card.company.as_deref());
    set(&mut org, "title", card.title.as_deref());
    let phones = card.phones.iter().map(|phone| {
        let mut part = json!({ "phone": phone.phone });
        set(&mut part, "wa_id", phone.wa_id.as_deref());
        set(&mut part, "type", phone.label.as_deref());
        part
    });
    let listed = |name: &str, texts: &[String]| texts.iter().map(|text| json!({ name: text })).collect();
    let lists: [(&str, Vec<Value>); 4] = [
        ("phones", phones.collect()),
        ("emails", listed("email", &card.emails)),
        ("urls", listed("url", &card.urls)),
        ("addresses", listed("street", &card.addresses)),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            out[name] = list.into();
        }
    }
    if org != json!({}) {
        out["org"] = org;
    }
    set(&mut out, "birthday", card.birthday.as_deref());
    Ok(out)
}

fn set(part: &mut Value, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        part[name] = text.into();
    }
}

fn refused(why: &str) -> SendError {
    SendError::unsendable(FailureReason::BadRequest, why)
}

//! Customers: finding, adding and describing them.

use axum::extract::State;
use recado_engine::contacts::{self, ChangeTags, NewContact, Search, Update};
use recado_model::{ContactId, TagId};
use recado_store::contacts::ContactDetails;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{At, Data, Found, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Paging, Param, Query, present, searched};
use crate::state::Api;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Beginnings of words of the name, the company or the email, or part of the phone however it is written.
    #[param(max_length = 200)]
    search: Option<String>,
    /// The id of a tag they have.
    tag: Option<TagId>,
}

/// A contact to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContact {
    /// `+` and country code first.
    #[schema(example = "+4915112345678")]
    phone: String,
    #[schema(max_length = 256)]
    name: Option<String>,
    #[schema(max_length = 254)]
    email: Option<String>,
    #[schema(max_length = 256)]
    company: Option<String>,
    /// Names; those that there are none of are made.
    #[serde(default)]
    #[schema(max_items = 50)]
    tags: Vec<String>,
}

/// What to change; what is not sent stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent and null are two things")]
pub struct ChangeContact {
    /// Without one, the contact goes by the name they gave themselves.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 256)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 256)]
    company: Option<Option<String>>,
    /// Names: all of the contact's tags from now on. Those that there are none of are made.
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
}

/// Tags to give and to take, by name, without regard to case and accents.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContactTags {
    #[serde(default)]
    #[schema(max_items = 50)]
    add: Vec<String>,
    /// Names that the contact does not have are passed over.
    #[serde(default)]
    #[schema(max_items = 50)]
    remove: Vec<String>,
    /// Whether tags are made that there are none of, which is so if nothing is said; if not, such a name is refused.
    create_missing: Option<bool>,
}

/// List contacts
///
/// Newest first.
#[utoipa::path(get, path = "/contacts", operation_id = "list_contacts", tag = "Contacts",
    params(Wanted, Paging),
    responses((status = 200, body = List<ContactDetails>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["contacts:read"]), ("api_key" = ["contacts:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::ContactsRead>,
    Query(wanted): Query<Wanted>,
    paging: Paging,
) -> Result<At<List<ContactDetails>>> {
    let listing = paging.of(caller.account, "contacts")?;
    let search = Search {
        text: searched(wanted.search)?,
        tag: wanted.tag,
    };
    let page = contacts::list(&api.ctx, &caller, &search, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

/// Add a contact
///
/// Found by phone: whoever has it already is answered as they are, with 200.
#[utoipa::path(post, path = "/contacts", operation_id = "create_contact", tag = "Contacts",
    responses(
        (status = 200, description = "There is one with this phone; nothing was changed.", body = Data<ContactDetails>),
        (status = 201, body = Data<ContactDetails>),
        (status = 409, description = "`too_many`: there is no room for another tag.", body = ErrorEnvelope),
    ),
    security(("session" = ["contacts:write"]), ("api_key" = ["contacts:write"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::ContactsWrite>,
    Json(new): Json<CreateContact>,
) -> Result<Found<ContactDetails>> {
    let new = NewContact {
        phone: new.phone,
        name: new.name,
        email: new.email,
        company: new.company,
        tags: new.tags,
    };
    Ok(match contacts::create(&api.ctx, &caller, &new).await? {
        contacts::Created::New(contact) => Found::Made(contact),
        contacts::Created::Known(contact) => Found::There(contact),
    })
}

/// Get a contact
#[utoipa::path(get, path = "/contacts/{id}", operation_id = "get_contact", tag = "Contacts",
    params(("id" = ContactId, Path)),
    responses((status = 200, body = Data<ContactDetails>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["contacts:read"]), ("api_key" = ["contacts:read"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::ContactsRead>,
    Param(id): Param<ContactId>,
) -> Result<At<Data<ContactDetails>>> {
    Ok(At::of(contacts::get(&api.ctx, &caller, id).await?, |data| Data {
        data,
    }))
}

/// Change a contact
#[utoipa::path(patch, path = "/contacts/{id}", operation_id = "change_contact", tag = "Contacts",
    params(("id" = ContactId, Path)),
    responses(
        (status = 200, body = Data<ContactDetails>),
        (status = 409, description = "`too_many`: there is no room for another tag.", body = ErrorEnvelope),
    ),
    security(("session" = ["contacts:write"]), ("api_key" = ["contacts:write"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::ContactsWrite>,
    Param(id): Param<ContactId>,
    Json(change): Json<ChangeContact>,
) -> Result<Data<ContactDetails>> {
    let update = Update {
        name: change.name,
        email: change.email,
        company: change.company,
        tags: change.tags,
    };
    Ok(Data {
        data: contacts::update(&api.ctx, &caller, id, &update).await?,
    })
}

/// Change a contact's tags
#[utoipa::path(post, path = "/contacts/{id}/tags", operation_id = "change_contact_tags", tag = "Contacts",
    params(("id" = ContactId, Path)),
    responses(
        (status = 200, body = Data<ContactDetails>),
        (status = 409, description = "`too_many`: there is no room for another tag.", body = ErrorEnvelope),
    ),
    security(("session" = ["contacts:write"]), ("api_key" = ["contacts:write"])))]
pub async fn change_tags(
    State(api): State<Api>,
    caller: Can<perm::ContactsWrite>,
    Param(id): Param<ContactId>,
    Json(change): Json<ChangeContactTags>,
) -> Result<Data<ContactDetails>> {
    let change = ChangeTags {
        add: change.add,
        remove: change.remove,
        create_missing: change.create_missing.unwrap_or(true),
    };
    Ok(Data {
        data: contacts::change_tags(&api.ctx, &caller, id, &change).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_clears_and_absent_leaves() {
        let parse = |json| serde_json::from_str::<ChangeContact>(json).unwrap();
        assert!(parse("{}").name.is_none());
        assert_eq!(parse(r#"{"name":null}"#).name, Some(None));
        assert_eq!(parse(r#"{"email":"a@b"}"#).email, Some(Some("a@b".to_owned())));
    }
}

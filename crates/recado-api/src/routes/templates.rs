//! Message templates.

use axum::extract::State;
use recado_engine::templates;
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader, TemplateValues};
use recado_model::{Cursor, NumberId, TemplateCategory, TemplateId, TemplateStatus};
use recado_store::templates::{Filter, Template};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{At, Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Paging, Param, Query, searched};
use crate::state::Api;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The channel they can be sent from; without it, those of all channels.
    channel_id: Option<NumberId>,
    status: Option<TemplateStatus>,
    /// Part of the name or the text.
    #[param(max_length = 200)]
    search: Option<String>,
}

/// A template to hand in for approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTemplate {
    channel_id: NumberId,
    /// Lower-case letters, digits and `_`.
    #[schema(min_length = 1, max_length = 512, example = "order_shipped")]
    name: String,
    #[schema(example = "en_US")]
    language: String,
    category: TemplateCategory,
    /// Its variables have names (`{{name}}`), not numbers (`{{1}}`).
    #[serde(default)]
    named: bool,
    header: Option<TemplateHeader>,
    #[schema(
        min_length = 1,
        max_length = 1024,
        example = "Hi {{1}}, your order is on its way."
    )]
    body: String,
    #[schema(max_length = 60)]
    footer: Option<String>,
    #[serde(default)]
    buttons: Vec<TemplateButton>,
    /// Something for each variable, for whoever reviews it.
    #[serde(default)]
    examples: TemplateValues,
}

/// List templates
///
/// By name.
#[utoipa::path(get, path = "/templates", operation_id = "list_templates", tag = "Templates",
    params(Wanted, Paging),
    responses((status = 200, body = List<Template>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["channels:read"]), ("api_key" = ["channels:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::ChannelsRead>,
    Query(wanted): Query<Wanted>,
    paging: Paging,
) -> Result<At<List<Template>>> {
    let channel = wanted.channel_id;
    let name = channel.map_or_else(
        || "templates".to_owned(),
        |channel| format!("templates:{channel}"),
    );
    let listing = paging.of(caller.account, name)?;
    let first = listing.after == Cursor::START;
    let page = templates::Page {
        channel,
        filter: Filter {
            status: wanted.status,
            search: searched(wanted.search)?
                .map(|text| text.trim().to_lowercase())
                .filter(|text| !text.is_empty()),
        },
        after: (!first).then_some(TemplateId(listing.after.id)),
        limit: listing.limit,
    };
    let page = templates::list(&api.ctx, &caller, &page).await?;
    Ok(At::of(page, |(items, more)| {
        let next = items.last().filter(|_| more).map(|template| Cursor {
            at: template.updated_at,
            id: template.id.0,
        });
        listing.answer(recado_model::Page { items, next })
    }))
}

/// Get a template
#[utoipa::path(get, path = "/templates/{id}", operation_id = "get_template", tag = "Templates",
    params(("id" = TemplateId, Path)),
    responses((status = 200, body = Data<Template>)),
    security(("session" = ["channels:read"]), ("api_key" = ["channels:read"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::ChannelsRead>,
    Param(id): Param<TemplateId>,
) -> Result<Data<Template>> {
    Ok(Data {
        data: templates::get(&api.ctx, &caller, id).await?,
    })
}

/// Create a template
///
/// Hands it in for approval at the provider; `template.updated` events tell what becomes of it.
#[utoipa::path(post, path = "/templates", operation_id = "create_template", tag = "Templates",
    responses(
        (status = 201, body = Data<Template>),
        (status = 502, description = "`provider_error`: the provider refused it, or could not be reached; the message says why. \
            `provider_unreachable`: the header's file could not be fetched.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Json(new): Json<CreateTemplate>,
) -> Result<Created<Template>> {
    let create = templates::Create {
        channel: new.channel_id,
        name: new.name,
        language: new.language,
        category: new.category,
        named: new.named,
        body: TemplateBody {
            header: new.header,
            body: new.body,
            footer: new.footer.filter(|footer| !footer.trim().is_empty()),
            buttons: new.buttons,
        },
        examples: new.examples,
    };
    Ok(Created(templates::create(&api.ctx, &caller, create).await?))
}

/// Delete a template
///
/// At the provider and here; at Meta with all its languages.
#[utoipa::path(delete, path = "/templates/{id}", operation_id = "delete_template", tag = "Templates",
    params(("id" = TemplateId, Path)),
    responses(
        (status = 204, description = "Gone."),
        (status = 502, description = "`provider_error`: the provider refused, or could not be reached.", body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Param(id): Param<TemplateId>,
) -> Result<Done> {
    templates::delete(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Read a channel's templates anew
///
/// Asks the provider in the background; `template.created`, `template.updated` and `template.removed` events follow.
#[utoipa::path(post, path = "/channels/{id}/templates/sync", operation_id = "sync_templates", tag = "Templates",
    params(("id" = NumberId, Path)),
    responses((status = 204, description = "On its way.")),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn sync(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Param(id): Param<NumberId>,
) -> Result<Done> {
    templates::sync(&api.ctx, &caller, id).await?;
    Ok(Done)
}

//! Notes: what the team writes to itself, and the timeline they stand in.

use axum::extract::State;
use recado_engine::notes::{self, Change, NewNote, TimelineItem};
use recado_model::{ContactId, ConversationId, MemberId, NoteId};
use recado_store::notes::{About, Note};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{At, Created, Data, Done, List};
use crate::error::{Error, Result};
use crate::extract::{Json, Paging, Param, Query};
use crate::state::Api;

/// What they are about: one of the two.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    conversation_id: Option<ConversationId>,
    /// Those about their conversations too.
    contact_id: Option<ContactId>,
}

/// A note about a conversation or about a contact: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    conversation_id: Option<ConversationId>,
    contact_id: Option<ContactId>,
    #[schema(max_length = 4000, example = "@Tom can you call them back?")]
    text: String,
    /// The members it calls on.
    #[serde(default)]
    #[schema(max_items = 20)]
    mentions: Vec<MemberId>,
    /// A reply that is proposed: the apps offer to take its text over. With `conversation_id` only.
    #[serde(default)]
    is_draft: bool,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeNote {
    #[schema(max_length = 4000)]
    text: Option<String>,
    #[schema(max_items = 20)]
    mentions: Option<Vec<MemberId>>,
}

/// List notes
#[utoipa::path(get, path = "/notes", operation_id = "list_notes", tag = "Notes",
    params(Filter, Paging),
    responses((status = 200, body = List<Note>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["notes:read"]), ("api_key" = ["notes:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::NotesRead>,
    Query(filter): Query<Filter>,
    paging: Paging,
) -> Result<At<List<Note>>> {
    let about = about(filter.conversation_id, filter.contact_id)?;
    let name = match about {
        About::Conversation(id) => format!("notes:conversation:{id}"),
        About::Contact(id) => format!("notes:contact:{id}"),
    };
    let listing = paging.of(caller.account, name)?;
    let page = notes::list(&api.ctx, &caller, about, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

/// Write a note
///
/// The team sees it, the customer never does.
#[utoipa::path(post, path = "/notes", operation_id = "write_note", tag = "Notes",
    responses((status = 201, body = Data<Note>)),
    security(("session" = ["notes:write"]), ("api_key" = ["notes:write"])))]
pub async fn write(
    State(api): State<Api>,
    caller: Can<perm::NotesWrite>,
    Json(new): Json<WriteNote>,
) -> Result<Created<Note>> {
    let new = NewNote {
        about: about(new.conversation_id, new.contact_id)?,
        text: new.text,
        mentions: new.mentions,
        is_draft: new.is_draft,
    };
    Ok(Created(notes::create(&api.ctx, &caller, new).await?))
}

/// Change a note
///
/// One's own; an admin anybody's.
#[utoipa::path(patch, path = "/notes/{id}", operation_id = "change_note", tag = "Notes",
    params(("id" = NoteId, Path)),
    responses((status = 200, body = Data<Note>)),
    security(("session" = ["notes:write"]), ("api_key" = ["notes:write"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::NotesWrite>,
    Param(id): Param<NoteId>,
    Json(change): Json<ChangeNote>,
) -> Result<Data<Note>> {
    let change = Change {
        text: change.text,
        mentions: change.mentions,
    };
    Ok(Data {
        data: notes::change(&api.ctx, &caller, id, change).await?,
    })
}

/// Delete a note
///
/// One's own; an admin anybody's.
#[utoipa::path(delete, path = "/notes/{id}", operation_id = "delete_note", tag = "Notes",
    params(("id" = NoteId, Path)),
    responses((status = 204, description = "Gone.")),
    security(("session" = ["notes:write"]), ("api_key" = ["notes:write"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::NotesWrite>,
    Param(id): Param<NoteId>,
) -> Result<Done> {
    notes::delete(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Get a conversation's timeline
///
/// What stands in the thread beside its messages: notes, and what happened. Newest first.
#[utoipa::path(get, path = "/conversations/{id}/timeline", operation_id = "get_timeline", tag = "Notes",
    params(("id" = ConversationId, Path), Paging),
    responses((status = 200, body = List<TimelineItem>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["notes:read"]), ("api_key" = ["notes:read"])))]
pub async fn timeline(
    State(api): State<Api>,
    caller: Can<perm::NotesRead>,
    Param(id): Param<ConversationId>,
    paging: Paging,
) -> Result<At<List<TimelineItem>>> {
    let listing = paging.of(caller.account, format!("timeline:{id}"))?;
    let page = notes::timeline(&api.ctx, &caller, id, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

fn about(conversation: Option<ConversationId>, contact: Option<ContactId>) -> Result<About> {
    match (conversation, contact) {
        (Some(id), None) => Ok(About::Conversation(id)),
        (None, Some(id)) => Ok(About::Contact(id)),
        (None, None) => Err(Error::bad_field(
            "conversation_id",
            "Give `conversation_id` or `contact_id`.",
        )),
        (Some(_), Some(_)) => Err(Error::bad_field(
            "contact_id",
            "Give `conversation_id` or `contact_id`, not both.",
        )),
    }
}

//! What the caller is told of. It belongs to members: a key has none.

use axum::extract::State;
use recado_engine::notifications::{self, Change, UnreadCount};
use recado_model::{ConversationId, NotificationId, NotificationType};
use recado_store::notifications::{Filter, Notification, Preferences};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actor::SignedIn;
use crate::answer::{At, Data, List};
use crate::error::{Error, Result};
use crate::extract::{Json, Paging, Param, Query};
use crate::state::Api;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those that have not been read.
    #[serde(default)]
    unread: bool,
    r#type: Option<NotificationType>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeNotification {
    /// `true`: what was read cannot be made unread.
    read: bool,
}

/// Which to mark as read: all, if nothing is said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadNotifications {
    /// Those about this conversation.
    conversation_id: Option<ConversationId>,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePreferences {
    conversation_assigned: Option<bool>,
    mention: Option<bool>,
    new_message: Option<bool>,
    escalation: Option<bool>,
    failed_send: Option<bool>,
    webhook_disabled: Option<bool>,
    sound: Option<bool>,
    browser: Option<bool>,
}

/// List notifications
///
/// The caller's own, newest first.
#[utoipa::path(get, path = "/notifications", operation_id = "list_notifications", tag = "Notifications",
    params(Wanted, Paging),
    responses((status = 200, body = List<Notification>, headers(("x-journal-seq" = i64)))),
    security(("session" = [])))]
pub async fn list(
    State(api): State<Api>,
    caller: SignedIn,
    Query(wanted): Query<Wanted>,
    paging: Paging,
) -> Result<At<List<Notification>>> {
    let listing = paging.of(caller.account, "notifications")?;
    let filter = Filter {
        unread: wanted.unread,
        kind: wanted.r#type,
    };
    let page = notifications::list(&api.ctx, &caller, filter, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

/// Count unread notifications
#[utoipa::path(get, path = "/notifications/count", operation_id = "count_notifications", tag = "Notifications",
    responses((status = 200, body = Data<UnreadCount>, headers(("x-journal-seq" = i64)))),
    security(("session" = [])))]
pub async fn count(State(api): State<Api>, caller: SignedIn) -> Result<At<Data<UnreadCount>>> {
    let count = notifications::count(&api.ctx, &caller).await?;
    Ok(At::of(count, |data| Data { data }))
}

/// Mark a notification as read
///
/// Reading it again changes nothing; when it was read first stays.
#[utoipa::path(patch, path = "/notifications/{id}", operation_id = "change_notification", tag = "Notifications",
    params(("id" = NotificationId, Path)),
    responses((status = 200, body = Data<Notification>)),
    security(("session" = [])))]
pub async fn change(
    State(api): State<Api>,
    caller: SignedIn,
    Param(id): Param<NotificationId>,
    Json(change): Json<ChangeNotification>,
) -> Result<Data<Notification>> {
    if !change.read {
        return Err(Error::bad_field("read", "What was read cannot be made unread."));
    }
    Ok(Data {
        data: notifications::read(&api.ctx, &caller, id).await?,
    })
}

/// Mark notifications as read
///
/// All of the caller's, or those about one conversation.
#[utoipa::path(post, path = "/notifications/read", operation_id = "read_notifications", tag = "Notifications",
    responses((status = 200, body = Data<UnreadCount>)),
    security(("session" = [])))]
pub async fn read(
    State(api): State<Api>,
    caller: SignedIn,
    Json(which): Json<ReadNotifications>,
) -> Result<Data<UnreadCount>> {
    Ok(Data {
        data: notifications::read_all(&api.ctx, &caller, which.conversation_id).await?,
    })
}

/// Get notification preferences
#[utoipa::path(get, path = "/notifications/preferences", operation_id = "get_notification_preferences",
    tag = "Notifications", responses((status = 200, body = Data<Preferences>)), security(("session" = [])))]
pub async fn preferences(State(api): State<Api>, caller: SignedIn) -> Result<Data<Preferences>> {
    Ok(Data {
        data: notifications::preferences(&api.ctx, &caller).await?,
    })
}

/// Change notification preferences
///
/// What the caller is told of, and whether by sound and by the browser.
#[utoipa::path(patch, path = "/notifications/preferences", operation_id = "change_notification_preferences",
    tag = "Notifications", responses((status = 200, body = Data<Preferences>)), security(("session" = [])))]
pub async fn change_preferences(
    State(api): State<Api>,
    caller: SignedIn,
    Json(change): Json<ChangePreferences>,
) -> Result<Data<Preferences>> {
    let change = Change {
        conversation_assigned: change.conversation_assigned,
        mention: change.mention,
        new_message: change.new_message,
        escalation: change.escalation,
        failed_send: change.failed_send,
        webhook_disabled: change.webhook_disabled,
        sound: change.sound,
        browser: change.browser,
    };
    Ok(Data {
        data: notifications::change_preferences(&api.ctx, &caller, change).await?,
    })
}

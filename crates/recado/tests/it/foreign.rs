//! How to call each operation with another account's ids, and what must come back.

use serde_json::{Value, json};

use Comes::{BadField, NotFound, Nothing, Own, Refused};

use crate::people;

/// What the other account has, by the ids that an operation might take.
pub struct Theirs {
    pub conversation: String,
    pub contact: String,
    pub message: String,
    pub failed: String,
    pub note: String,
    pub member: String,
    pub key: String,
    pub invite: String,
    pub session: String,
    pub intake: String,
    pub job: String,
    pub channel: String,
    pub template: String,
    pub media: String,
    pub tag: String,
    pub canned_reply: String,
    pub notification: String,
    /// Shared with the whole account.
    pub view: String,
    pub avatar: String,
    /// A position in each of their lists.
    pub by_creation: String,
    pub by_activity: String,
    pub by_waiting: String,
    pub in_thread: String,
    pub in_media: String,
    pub in_contacts: String,
    pub in_timeline: String,
    pub in_notes: String,
    pub in_intakes: String,
    pub in_jobs: String,
    pub in_templates: String,
    pub in_search: String,
    pub in_notifications: String,
    pub in_audit_log: String,
    pub webhook: String,
    pub delivery: String,
    pub in_deliveries: String,
}

/// What must come back.
pub enum Comes {
    /// 404, like an id that never was.
    NotFound,
    /// 400: a reference in the query or the body, and the name it goes by.
    BadField(&'static str),
    /// Success, about the caller's own account alone. What that may not hold is checked on every answer.
    Own,
    /// Success, with nothing in it.
    Nothing,
    /// A refusal for what was sent, which says nothing about the other account.
    Refused(u16, &'static str),
}

pub struct Call {
    pub operation: &'static str,
    pub path: String,
    pub body: Option<Value>,
    pub comes: Comes,
    /// Operations about sessions and people's own things are not for keys.
    pub sessions_only: bool,
}

/// How to call each operation with the other account's ids. An operation may stand here several times, and must at
/// least once.
pub fn calls(theirs: &Theirs) -> Vec<Call> {
    let Theirs {
        conversation,
        contact,
        message,
        failed,
        note,
        member,
        key,
        invite,
        session,
        intake,
        job,
        channel,
        template,
        media,
        tag,
        canned_reply,
        notification,
        webhook,
        delivery,
        ..
    } = theirs;
    let conversations = "/api/v1/conversations";
    let thread = format!("{conversations}/{conversation}");
    let text = |body: Value| Some(body);
    let mut calls = Vec::new();
    let mut add = |operation: &'static str, path: &str, body: Option<Value>, comes: Comes| {
        calls.push(Call {
            operation,
            path: path.to_owned(),
            body,
            comes,
            sessions_only: ["/session", "/notifications", "/me/", "/views"]
                .iter()
                .any(|word| operation.contains(word))
                || matches!(operation, "PATCH /api/v1/me" | "POST /api/v1/account/owner"),
        });
    };

    add("GET /api/v1/me", "/api/v1/me", None, Own);
    let form = json!({ "availability": "away" });
    let path = "/api/v1/me/availability";
    add("PUT /api/v1/me/availability", path, text(form), Own);
    let me = "/api/v1/me";
    let name = json!({ "name": "Eve" });
    add("PATCH /api/v1/me", me, text(name.clone()), Own);
    let form = json!({ "current_password": "another one", "new_password": "0123456789" });
    let path = format!("{me}/password");
    add(
        "POST /api/v1/me/password",
        &path,
        text(form),
        BadField("current_password"),
    );
    let form = json!({ "password": people::PASSWORD });
    let path = format!("{me}/leave");
    add(
        "POST /api/v1/me/leave",
        &path,
        text(form.clone()),
        Refused(409, "last_owner"),
    );
    let path = format!("{me}/avatar");
    let refused = Refused(415, "unsupported_media_type");
    add(
        "PUT /api/v1/me/avatar",
        &path,
        text(json!({ "file": media })),
        refused,
    );
    add("DELETE /api/v1/me/avatar", &path, None, Own);
    let path = format!("{me}/two-factor");
    add("GET /api/v1/me/two-factor", &path, None, Own);
    add("POST /api/v1/me/two-factor", &path, text(form.clone()), Own);
    let code = text(json!({ "code": "12345" }));
    add(
        "POST /api/v1/me/two-factor/confirm",
        &format!("{path}/confirm"),
        code,
        BadField("code"),
    );
    let codes = format!("{path}/recovery-codes");
    let refused = Refused(409, "not_enabled");
    add(
        "POST /api/v1/me/two-factor/recovery-codes",
        &codes,
        text(form.clone()),
        refused,
    );
    let off = format!("{path}/disable");
    // What was started and never confirmed is forgotten.
    add("POST /api/v1/me/two-factor/disable", &off, text(form), Own);
    add(
        "GET /api/v1/avatars/{id}",
        &format!("/api/v1/avatars/{}", theirs.avatar),
        None,
        NotFound,
    );
    add("PATCH /api/v1/account", "/api/v1/account", text(name), Own);
    let form = json!({ "member_id": member, "password": people::PASSWORD });
    add(
        "POST /api/v1/account/owner",
        "/api/v1/account/owner",
        text(form),
        BadField("member_id"),
    );
    add("GET /api/v1/openapi.json", "/api/v1/openapi.json", None, Own);
    let form =
        json!({ "account_name": "X", "name": "X", "email": "lucia@miga.example", "password": "0123456789" });
    add(
        "POST /api/v1/signup",
        "/api/v1/signup",
        text(form),
        Refused(409, "email_taken"),
    );
    let form = json!({ "email": "lucia@miga.example", "password": people::PASSWORD });
    add(
        "POST /api/v1/session",
        "/api/v1/session",
        text(form),
        Refused(401, "bad_credentials"),
    );
    add("GET /api/v1/sessions", "/api/v1/sessions", None, Own);
    add(
        "DELETE /api/v1/sessions/{id}",
        &format!("/api/v1/sessions/{session}"),
        None,
        NotFound,
    );

    add("GET /api/v1/members", "/api/v1/members", None, Own);
    let one = format!("/api/v1/members/{member}");
    add(
        "PATCH /api/v1/members/{id}",
        &one,
        text(json!({ "role": "viewer" })),
        NotFound,
    );
    add("DELETE /api/v1/members/{id}", &one, None, NotFound);
    add("GET /api/v1/invites", "/api/v1/invites", None, Own);
    add(
        "POST /api/v1/invites",
        "/api/v1/invites",
        text(json!({ "role": "agent" })),
        Own,
    );
    add(
        "DELETE /api/v1/invites/{id}",
        &format!("/api/v1/invites/{invite}"),
        None,
        NotFound,
    );
    // The secret in a link lets in whoever has it; the invite's id is not it.
    let one = format!("/api/v1/invites/token/{invite}");
    add("GET /api/v1/invites/token/{token}", &one, None, NotFound);
    let form = json!({ "name": "Eve", "email": "eve2@elsewhere.example", "password": "0123456789" });
    add(
        "POST /api/v1/invites/token/{token}/accept",
        &format!("{one}/accept"),
        text(form),
        NotFound,
    );
    add("GET /api/v1/api-keys", "/api/v1/api-keys", None, Own);
    let form = json!({ "name": "X", "scopes": ["conversations:read"] });
    add("POST /api/v1/api-keys", "/api/v1/api-keys", text(form), Own);
    add(
        "PATCH /api/v1/api-keys/{id}",
        &format!("/api/v1/api-keys/{key}"),
        text(json!({ "rate_limit": 1 })),
        NotFound,
    );
    add(
        "DELETE /api/v1/api-keys/{id}",
        &format!("/api/v1/api-keys/{key}"),
        None,
        NotFound,
    );
    add("GET /api/v1/channels", "/api/v1/channels", None, Nothing);
    let connect = "POST /api/v1/channels";
    let sender =
        json!({ "kind": "twilio", "label": "X", "active": false, "sender": "whatsapp:+34600000200" });
    let form = with(&sender, "assigned_member_id", member);
    add(
        connect,
        "/api/v1/channels",
        text(form),
        BadField("assigned_member_id"),
    );
    add(
        connect,
        "/api/v1/channels",
        text(sender),
        Refused(409, "twilio_not_configured"),
    );
    let one = format!("/api/v1/channels/{channel}");
    add("GET /api/v1/channels/{id}", &one, None, NotFound);
    add(
        "PATCH /api/v1/channels/{id}",
        &one,
        text(json!({ "active": false })),
        NotFound,
    );
    add("DELETE /api/v1/channels/{id}", &one, None, NotFound);
    let path = format!("{one}/check");
    add("POST /api/v1/channels/{id}/check", &path, None, NotFound);
    let path = format!("{one}/templates/sync");
    add("POST /api/v1/channels/{id}/templates/sync", &path, None, NotFound);
    let log = "GET /api/v1/audit-log";
    add(log, "/api/v1/audit-log", None, Own);
    add(log, &format!("/api/v1/audit-log?actor={member}"), None, Nothing);
    let path = format!("/api/v1/audit-log?cursor={}", theirs.in_audit_log);
    add(log, &path, None, BadField("cursor"));
    let sandbox = "/api/v1/integrations/sandbox";
    add("GET /api/v1/integrations/sandbox", sandbox, None, Own);
    let form = json!({ "assigned_member_id": member });
    let connect = "POST /api/v1/integrations/sandbox";
    add(connect, sandbox, text(form), BadField("assigned_member_id"));
    let twilio = "/api/v1/integrations/twilio";
    add("GET /api/v1/integrations/twilio", twilio, None, Own);
    let form = json!({ "account_sid": "AC", "auth_token": "x" });
    add(
        "PUT /api/v1/integrations/twilio",
        twilio,
        text(form),
        BadField("account_sid"),
    );
    add("DELETE /api/v1/integrations/twilio", twilio, None, Own);
    add(
        "GET /api/v1/integrations/twilio/senders",
        "/api/v1/integrations/twilio/senders",
        None,
        Refused(409, "twilio_not_configured"),
    );
    let templates = "/api/v1/templates";
    add("GET /api/v1/templates", templates, None, Nothing);
    let path = format!("{templates}?channel_id={channel}");
    add("GET /api/v1/templates", &path, None, BadField("channel_id"));
    let path = format!("{templates}?cursor={}", theirs.in_templates);
    add("GET /api/v1/templates", &path, None, BadField("cursor"));
    let form = json!({ "channel_id": channel, "name": "boo", "language": "en", "category": "utility", "body": "Boo" });
    add(
        "POST /api/v1/templates",
        templates,
        text(form),
        BadField("channel_id"),
    );
    let one = format!("{templates}/{template}");
    add("GET /api/v1/templates/{id}", &one, None, NotFound);
    add("DELETE /api/v1/templates/{id}", &one, None, NotFound);
    add(
        "POST /api/v1/media",
        "/api/v1/media",
        text(json!({})),
        Refused(415, "unsupported_media_type"),
    );
    let one = format!("/api/v1/media/{media}");
    add("GET /api/v1/media/{id}", &one, None, NotFound);
    let path = format!("{one}/thumbnail");
    add("GET /api/v1/media/{id}/thumbnail", &path, None, NotFound);

    let start = "POST /api/v1/conversations";
    let hello = json!({ "text": "Boo" });
    let form = json!({ "contact_id": contact, "channel_id": channel, "message": hello });
    add(start, conversations, text(form), BadField("channel_id"));
    let form = json!({ "contact_id": contact, "message": hello });
    add(
        start,
        conversations,
        text(form),
        Refused(409, "whatsapp_not_configured"),
    );
    let direct = "POST /api/v1/messages";
    let form = json!({ "to": "+34600112233", "text": "Boo", "channel_id": channel });
    add(direct, "/api/v1/messages", text(form), BadField("channel_id"));
    let form = json!({ "to": "+34600112233", "text": "Boo", "reply_to_message_id": message });
    let refused = Refused(400, "whatsapp_not_configured");
    add(direct, "/api/v1/messages", text(form), refused);
    // Their own journal, from its beginning.
    add("GET /api/v1/events", "/api/v1/events?limit=100", None, Own);
    let list = "GET /api/v1/conversations";
    add(list, conversations, None, Nothing);
    add(
        list,
        &format!("{conversations}?contact_id={contact}"),
        None,
        Nothing,
    );
    add(
        list,
        &format!("{conversations}?cursor={}", theirs.by_creation),
        None,
        BadField("cursor"),
    );
    let path = format!("{conversations}?sort=activity&cursor={}", theirs.by_activity);
    add(list, &path, None, BadField("cursor"));
    add(
        list,
        &format!("{conversations}?assigned_agent_id={member}&channel_id={channel}"),
        None,
        Nothing,
    );
    add(
        list,
        &format!("{conversations}?tag={}", theirs.tag),
        None,
        Nothing,
    );
    let path = format!("{conversations}?sort=waiting&cursor={}", theirs.by_waiting);
    add(list, &path, None, BadField("cursor"));
    add(
        "GET /api/v1/conversations/counts",
        &format!("{conversations}/counts"),
        None,
        Own,
    );
    let bulk = format!("{conversations}/bulk");
    let form = json!({ "ids": [conversation], "status": "closed", "assigned_agent_id": member });
    add("POST /api/v1/conversations/bulk", &bulk, text(form), Own);
    let form = json!({ "ids": [conversation], "add_tags": [tag] });
    add(
        "POST /api/v1/conversations/bulk",
        &bulk,
        text(form),
        BadField("add_tags"),
    );
    let views = "/api/v1/views";
    add("GET /api/v1/views", views, None, Nothing);
    for (field, id, refused) in [
        ("channel_id", channel, "filter.channel_id"),
        ("assigned_agent_id", member, "filter.assigned_agent_id"),
        ("tag", tag, "filter.tag"),
    ] {
        let form = json!({ "name": "X", "filter": { field: id } });
        add("POST /api/v1/views", views, text(form), BadField(refused));
    }
    let one = format!("{views}/{}", theirs.view);
    add(
        "PATCH /api/v1/views/{id}",
        &one,
        text(json!({ "name": "X" })),
        NotFound,
    );
    add("DELETE /api/v1/views/{id}", &one, None, NotFound);
    add("GET /api/v1/conversations/{id}", &thread, None, NotFound);
    let change = "PATCH /api/v1/conversations/{id}";
    add(change, &thread, text(json!({ "status": "closed" })), NotFound);
    add(
        change,
        &thread,
        text(json!({ "assigned_agent_id": member })),
        NotFound,
    );
    add(
        change,
        &thread,
        text(json!({ "assigned_agent_id": null })),
        NotFound,
    );
    add(change, &thread, text(json!({})), NotFound);
    add("DELETE /api/v1/conversations/{id}", &thread, None, NotFound);
    let path = format!("{thread}/timeline");
    let timeline = "GET /api/v1/conversations/{id}/timeline";
    add(timeline, &path, None, NotFound);
    let path = format!("{path}?cursor={}", theirs.in_timeline);
    add(timeline, &path, None, BadField("cursor"));
    let notes = "/api/v1/notes";
    let list = "GET /api/v1/notes";
    let of_contact = format!("{notes}?contact_id={contact}");
    add(list, &of_contact, None, BadField("contact_id"));
    add(
        list,
        &format!("{notes}?conversation_id={conversation}"),
        None,
        BadField("conversation_id"),
    );
    let path = format!("{of_contact}&cursor={}", theirs.in_notes);
    add(list, &path, None, BadField("cursor"));
    let write = "POST /api/v1/notes";
    let form = json!({ "conversation_id": conversation, "text": "Boo" });
    add(write, notes, text(form), BadField("conversation_id"));
    let form = json!({ "contact_id": contact, "text": "Boo", "mentions": [member] });
    add(write, notes, text(form), BadField("contact_id"));
    let one = format!("{notes}/{note}");
    let form = json!({ "text": "Boo" });
    add("PATCH /api/v1/notes/{id}", &one, text(form), NotFound);
    add("DELETE /api/v1/notes/{id}", &one, None, NotFound);
    add(
        "POST /api/v1/conversations/{id}/read",
        &format!("{thread}/read"),
        None,
        NotFound,
    );
    add(
        "POST /api/v1/conversations/{id}/unread",
        &format!("{thread}/unread"),
        None,
        NotFound,
    );
    add(
        "POST /api/v1/conversations/{id}/typing",
        &format!("{thread}/typing"),
        None,
        NotFound,
    );
    let messages = format!("{thread}/messages");
    add(
        "GET /api/v1/conversations/{id}/messages",
        &messages,
        None,
        NotFound,
    );
    // The cursor is for this caller's list of that conversation, which never gave one out.
    let path = format!("{messages}?cursor={}", theirs.in_thread);
    add(
        "GET /api/v1/conversations/{id}/messages",
        &path,
        None,
        BadField("cursor"),
    );
    let path = format!("{messages}?around={message}");
    add("GET /api/v1/conversations/{id}/messages", &path, None, NotFound);
    // Words that the demo account's messages and people have.
    let search = "/api/v1/search";
    for query in ["q=tarta", "q=tarta&type=conversations", "q=marta&type=contacts"] {
        add("GET /api/v1/search", &format!("{search}?{query}"), None, Nothing);
    }
    let path = format!("{search}?q=la&cursor={}", theirs.in_search);
    add("GET /api/v1/search", &path, None, BadField("cursor"));
    let send = "POST /api/v1/conversations/{id}/messages";
    add(send, &messages, text(json!({ "text": "Boo" })), NotFound);
    add(
        send,
        &messages,
        text(json!({ "text": "Boo", "reply_to_message_id": message })),
        NotFound,
    );
    let file = json!({ "type": "image", "media_id": media });
    add(send, &messages, text(file), NotFound);
    let reaction = format!("/api/v1/messages/{message}/reaction");
    let form = json!({ "emoji": "👍" });
    add(
        "PUT /api/v1/messages/{id}/reaction",
        &reaction,
        text(form),
        NotFound,
    );
    add("DELETE /api/v1/messages/{id}/reaction", &reaction, None, NotFound);
    let path = format!("/api/v1/messages/{message}");
    add("DELETE /api/v1/messages/{id}", &path, None, NotFound);
    let retry = "POST /api/v1/messages/{id}/retry";
    add(retry, &format!("/api/v1/messages/{failed}/retry"), None, NotFound);
    add(
        retry,
        &format!("/api/v1/messages/{message}/retry"),
        None,
        NotFound,
    );

    let files = format!("{thread}/media");
    let list = "GET /api/v1/conversations/{id}/media";
    add(list, &files, None, NotFound);
    let path = format!("{files}?cursor={}", theirs.in_media);
    add(list, &path, None, BadField("cursor"));

    let contacts = "/api/v1/contacts";
    let list = "GET /api/v1/contacts";
    add(list, contacts, None, Nothing);
    add(list, &format!("{contacts}?tag={tag}"), None, Nothing);
    let path = format!("{contacts}?cursor={}", theirs.in_contacts);
    add(list, &path, None, BadField("cursor"));
    // Somebody of theirs by phone is nobody of ours.
    add(
        "POST /api/v1/contacts",
        contacts,
        text(json!({ "phone": "nonsense" })),
        BadField("phone"),
    );
    let one = format!("{contacts}/{contact}");
    add("GET /api/v1/contacts/{id}", &one, None, NotFound);
    let change = "PATCH /api/v1/contacts/{id}";
    add(change, &one, text(json!({ "name": "Boo" })), NotFound);
    add(change, &one, text(json!({ "tags": ["boo"] })), NotFound);
    add(
        "POST /api/v1/contacts/{id}/tags",
        &format!("{one}/tags"),
        text(json!({ "add": ["boo"] })),
        NotFound,
    );
    add("GET /api/v1/tags", "/api/v1/tags", None, Nothing);
    let form = json!({ "name": "" });
    add("POST /api/v1/tags", "/api/v1/tags", text(form), BadField("name"));
    let one = format!("/api/v1/tags/{tag}");
    add(
        "PATCH /api/v1/tags/{id}",
        &one,
        text(json!({ "name": "boo" })),
        NotFound,
    );
    add("DELETE /api/v1/tags/{id}", &one, None, NotFound);
    let replies = "/api/v1/canned-replies";
    add("GET /api/v1/canned-replies", replies, None, Nothing);
    let form = json!({ "shortcut": "", "text": "Boo" });
    add(
        "POST /api/v1/canned-replies",
        replies,
        text(form),
        BadField("shortcut"),
    );
    let one = format!("{replies}/{canned_reply}");
    add(
        "PATCH /api/v1/canned-replies/{id}",
        &one,
        text(json!({ "text": "Boo" })),
        NotFound,
    );
    add("DELETE /api/v1/canned-replies/{id}", &one, None, NotFound);
    let told = "/api/v1/notifications";
    add("GET /api/v1/notifications", told, None, Nothing);
    let path = format!("{told}?cursor={}", theirs.in_notifications);
    add("GET /api/v1/notifications", &path, None, BadField("cursor"));
    let path = format!("{told}/count");
    add("GET /api/v1/notifications/count", &path, None, Own);
    let path = format!("{told}/read");
    let read = "POST /api/v1/notifications/read";
    add(read, &path, text(json!({ "conversation_id": conversation })), Own);
    add(read, &path, text(json!({})), Own);
    let path = format!("{told}/{notification}");
    let form = json!({ "read": true });
    add("PATCH /api/v1/notifications/{id}", &path, text(form), NotFound);
    let path = format!("{told}/preferences");
    add("GET /api/v1/notifications/preferences", &path, None, Own);
    let form = json!({ "sound": true });
    add("PATCH /api/v1/notifications/preferences", &path, text(form), Own);

    let hooks = "/api/v1/webhooks";
    add("GET /api/v1/webhooks", hooks, None, Nothing);
    let form = json!({ "url": "nonsense" });
    add("POST /api/v1/webhooks", hooks, text(form), BadField("url"));
    let one = format!("{hooks}/{webhook}");
    add("GET /api/v1/webhooks/{id}", &one, None, NotFound);
    let form = json!({ "description": "Boo" });
    add("PATCH /api/v1/webhooks/{id}", &one, text(form), NotFound);
    add("DELETE /api/v1/webhooks/{id}", &one, None, NotFound);
    let rotate = "POST /api/v1/webhooks/{id}/rotate-secret";
    add(rotate, &format!("{one}/rotate-secret"), None, NotFound);
    add(
        "POST /api/v1/webhooks/{id}/test",
        &format!("{one}/test"),
        None,
        NotFound,
    );
    let told = format!("{one}/deliveries");
    let list = "GET /api/v1/webhooks/{id}/deliveries";
    add(list, &told, None, NotFound);
    let path = format!("{told}?cursor={}", theirs.in_deliveries);
    add(list, &path, None, BadField("cursor"));
    let one = format!("{told}/{delivery}");
    add(
        "GET /api/v1/webhooks/{id}/deliveries/{delivery}",
        &one,
        None,
        NotFound,
    );
    add(
        "POST /api/v1/webhooks/{id}/deliveries/{delivery}/replay",
        &format!("{one}/replay"),
        None,
        NotFound,
    );

    add("GET /api/v1/intakes", "/api/v1/intakes", None, Nothing);
    let path = format!("/api/v1/intakes?cursor={}", theirs.in_intakes);
    add("GET /api/v1/intakes", &path, None, BadField("cursor"));
    let one = format!("/api/v1/intakes/{intake}");
    add("GET /api/v1/intakes/{id}", &one, None, NotFound);
    add(
        "POST /api/v1/intakes/{id}/replay",
        &format!("{one}/replay"),
        None,
        NotFound,
    );
    add("GET /api/v1/jobs", "/api/v1/jobs", None, Nothing);
    let path = format!("/api/v1/jobs?cursor={}", theirs.in_jobs);
    add("GET /api/v1/jobs", &path, None, BadField("cursor"));
    add(
        "POST /api/v1/jobs/{id}/retry",
        &format!("/api/v1/jobs/{job}/retry"),
        None,
        NotFound,
    );
    // By plain HTTP; what goes over the socket has a story of its own below.
    add(
        "GET /api/v1/live",
        "/api/v1/live?since=0",
        None,
        Refused(400, "bad_request"),
    );

    add("DELETE /api/v1/sessions", "/api/v1/sessions", None, Own);
    add("DELETE /api/v1/session", "/api/v1/session", None, Own);
    calls
}

/// The form with one more field.
fn with(form: &Value, field: &str, value: &str) -> Value {
    let mut form = form.clone();
    form[field] = value.into();
    form
}

//! Message templates: kept in step with the provider's list, created and taken away there.

use std::collections::HashSet;

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_journal::Journal;
use recado_model::template::{TemplateBody, TemplateHeader, TemplateValues};
use recado_model::{
    AccountId, Actor, AuditAction, Failure, Json, MediaId, MediaKind, MediaState, NumberId, Retry, Snapshot,
    TemplateCategory, TemplateId, TemplateStatus,
};
use recado_store::media::{self, MediaRow};
use recado_store::numbers;
use recado_store::templates::{self, Filter, Listed, Template};
use recado_whatsapp::{CallError, NewTemplate, ProviderTemplate};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::events::{TEMPLATE_CREATED, TEMPLATE_REMOVED, TEMPLATE_UPDATED, TemplateEvent, draft};
use crate::line::Line;
use crate::media::NotFetched;
use crate::{Ctx, Error, Result, audit};

/// The job that reads a business's templates anew.
pub const SYNC_TEMPLATES: &str = "sync_templates";

/// Twilio tells nothing about approvals, so what is pending is asked for again after this.
const ASK_AGAIN: std::time::Duration = std::time::Duration::from_mins(5);

/// A sample at an address of ours is there until somebody has looked at it.
const REVIEWED_WITHIN: std::time::Duration = std::time::Duration::from_hours(14 * 24);

#[derive(Debug, Serialize, Deserialize)]
struct SyncTemplates {
    business: String,
}

/// What templates a page is asked for.
#[derive(Clone, Debug)]
pub struct Page {
    /// Of all channels when none.
    pub channel: Option<NumberId>,
    pub filter: Filter,
    /// The last one of the page before.
    pub after: Option<TemplateId>,
    pub limit: i64,
}

/// Templates by name, and whether there are more.
///
/// # Errors
/// `NotFound` for the channel.
pub async fn list(ctx: &Ctx, actor: &Actor, page: &Page) -> Result<Snapshot<(Vec<Template>, bool)>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let business = match page.channel {
        Some(channel) => Some(
            business_of(&mut tx, actor.account, channel)
                .await
                .map_err(no_channel)?,
        ),
        None => None,
    };
    let after = match page.after {
        Some(id) => templates::get(&mut tx, actor.account, id).await?,
        None => None,
    };
    let after = after.as_ref().map_or(("", "", TemplateId::MIN), |template| {
        (template.name.as_str(), template.language.as_str(), template.id)
    });
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut rows = templates::list(
        &mut tx,
        actor.account,
        business.as_deref(),
        &page.filter,
        after,
        page.limit + 1,
    )
    .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    if page.channel.is_some() {
        for template in &mut rows {
            template.channel_id = page.channel;
        }
    }
    Ok(Snapshot {
        seq,
        value: (rows, more),
    })
}

pub async fn get(ctx: &Ctx, actor: &Actor, id: TemplateId) -> Result<Template> {
    let mut tx = ctx.db.read().await?;
    templates::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("template"))
}

/// A template to be handed in for approval.
#[derive(Clone, Debug)]
pub struct Create {
    pub channel: NumberId,
    pub name: String,
    pub language: String,
    pub category: TemplateCategory,
    pub named: bool,
    pub body: TemplateBody,
    pub examples: TemplateValues,
}

/// Hands a template in. What the provider refuses is told with its words.
///
/// # Errors
/// `BadInput` for what can be seen to be wrong, `Provider` for what the provider refuses, `NotFound` for the channel.
pub async fn create(ctx: &Ctx, actor: &Actor, new: Create) -> Result<Template> {
    check(&new)?;
    let mut tx = ctx.db.read().await?;
    let business = business_of(&mut tx, actor.account, new.channel)
        .await
        .map_err(no_channel)?;
    let line = Line::of(ctx, &mut tx, actor.account, new.channel).await?;
    let sample = match new.examples.header_media_id {
        Some(id) if takes_file(&new.body) => Some(sample(&mut tx, actor.account, &new, id).await?),
        _ => None,
    };
    drop(tx);
    let mut template = NewTemplate {
        name: new.name,
        language: new.language,
        category: new.category,
        named: new.named,
        body: new.body,
        examples: new.examples,
        header_handle: None,
    };
    if let Some(sample) = &sample {
        show_sample(ctx, actor.account, &line, sample, &mut template).await?;
    }
    let created = match (line.meta(), line.twilio()) {
        (Some(meta), _) => ctx.meta.create_template(meta, &business, &template).await,
        (_, Some(twilio)) => ctx.twilio.create_template(twilio, &template).await,
        (None, None) => return Err(Error::NotFound("channel")),
    };
    if !matches!(created, Err(CallError::Refused(_) | CallError::Gone)) {
        recado_db::left_something();
    }
    let created = created.map_err(of_call)?;
    let listed = Listed {
        id: ctx.ids.next(),
        provider_id: created.provider_id,
        name: template.name,
        language: template.language,
        category: created.category.or(Some(template.category)),
        status: created.status,
        quality: None,
        reason: None,
        named: template.named,
        body: Json(template.body),
    };
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let kept = templates::upsert(&mut tx, actor.account, &business, &[listed], now)
        .await?
        .pop()
        .ok_or(Error::NotFound("template"))?;
    let event = TemplateEvent { template: kept };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(TEMPLATE_CREATED, &event)?])
        .await?;
    let summary = json!({ "name": event.template.name, "language": event.template.language });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::TemplateCreated,
        event.template.id.0,
        summary,
    )
    .await?;
    if event.template.status == TemplateStatus::Pending {
        let job = sync_job(&business)?.run_at(now.plus(ASK_AGAIN));
        ctx.jobs.enqueue(&mut tx, actor.account, job).await?;
    }
    tx.commit().await?;
    Ok(event.template)
}

fn takes_file(body: &TemplateBody) -> bool {
    matches!(
        body.header,
        Some(TemplateHeader::Image | TemplateHeader::Video | TemplateHeader::Document)
    )
}

/// The upload that shows whoever reviews the template what its header will hold.
async fn sample(tx: &mut Tx, account: AccountId, new: &Create, id: MediaId) -> Result<MediaRow> {
    let bad = |message: &str| Error::bad_input("examples", message);
    let row = media::get(tx, account, id)
        .await?
        .filter(|row| row.state == MediaState::Stored)
        .ok_or_else(|| bad("There is no such file. Upload the sample anew."))?;
    let fits = match new.body.header {
        Some(TemplateHeader::Image) => row.kind == MediaKind::Image,
        Some(TemplateHeader::Video) => row.kind == MediaKind::Video,
        _ => row.kind == MediaKind::Document,
    };
    if fits {
        Ok(row)
    } else {
        Err(bad("The sample is another kind of file than the header."))
    }
}

/// Puts the sample where the provider takes it: Meta by an upload of its own kind, Twilio at an address of ours.
async fn show_sample(
    ctx: &Ctx,
    account: AccountId,
    line: &Line,
    sample: &MediaRow,
    template: &mut NewTemplate,
) -> Result<()> {
    let Some(meta) = line.meta() else {
        let path = crate::media::share_path_for(ctx, account, sample, REVIEWED_WITHIN)?;
        template.examples.header_media_url = Some(format!("{}{path}", ctx.public_url));
        return Ok(());
    };
    let bytes = crate::media::bytes(ctx, account, sample)
        .await
        .map_err(|error| match error {
            NotFetched::Never(failure) => Error::Provider { failure },
            NotFetched::Later(why) | NotFetched::NoAnswer(why) => Error::NotReached(why),
        })?;
    let filename = sample.filename.clone().unwrap_or_else(|| sample.kind.to_string());
    let handle = ctx
        .meta
        .upload_sample(meta, &sample.mime_type, &filename, bytes)
        .await
        .map_err(of_call)?;
    template.header_handle = Some(handle);
    Ok(())
}

/// Takes a template away at the provider and here; at Meta that takes away all its languages.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: TemplateId) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    let template = templates::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("template"))?;
    let channels = numbers::of_business(&mut tx, actor.account, &template.business_id).await?;
    let channel = channels.first().ok_or(Error::NotFound("channel"))?;
    let line = Line::of(ctx, &mut tx, actor.account, channel.id).await?;
    drop(tx);
    let is_meta = line.meta().is_some();
    let deleted = match (line.meta(), line.twilio()) {
        (Some(meta), _) => {
            ctx.meta
                .delete_template(meta, &template.business_id, &template.name)
                .await
        }
        (_, Some(twilio)) => ctx.twilio.delete_template(twilio, &template.provider_id).await,
        (None, None) => return Err(Error::NotFound("channel")),
    };
    match deleted {
        Ok(()) | Err(CallError::Gone) => {}
        Err(error) => return Err(of_call(error)),
    }
    let mut tx = ctx.db.begin().await?;
    let mut drafts = Vec::new();
    for other in templates::of_business(&mut tx, actor.account, &template.business_id).await? {
        let goes = other.id == template.id || (is_meta && other.name == template.name);
        if goes && let Some(template) = templates::remove(&mut tx, actor.account, other.id).await? {
            drafts.push(draft(TEMPLATE_REMOVED, &TemplateEvent { template })?);
        }
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
        let summary = json!({ "name": template.name, "language": template.language });
        audit::record(ctx, &mut tx, actor, AuditAction::TemplateDeleted, id.0, summary).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Asks for a channel's templates to be read anew.
pub async fn sync(ctx: &Ctx, actor: &Actor, channel: NumberId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let business = business_of(&mut tx, actor.account, channel).await?;
    sync_later(ctx, &mut tx, actor.account, &business).await?;
    tx.commit().await?;
    Ok(())
}

/// Enqueues the job that reads a business's templates anew.
pub(crate) async fn sync_later(ctx: &Ctx, tx: &mut Tx, account: AccountId, business: &str) -> Result<()> {
    ctx.jobs.enqueue(tx, account, sync_job(business)?).await?;
    Ok(())
}

fn sync_job(business: &str) -> Result<New> {
    let payload = SyncTemplates {
        business: business.to_owned(),
    };
    let job = New::of(SYNC_TEMPLATES, &payload).map_err(Error::internal)?;
    Ok(job.lane(format!("templates:{business}")).max_attempts(6))
}

/// The handler of [`SYNC_TEMPLATES`].
pub(crate) async fn run_sync(ctx: &Ctx, job: &Job) -> Outcome {
    let business = match job.payload::<SyncTemplates>() {
        Ok(payload) => payload.business,
        Err(error) => return Outcome::fail(error),
    };
    match read_anew(ctx, job.account, &business).await {
        Ok(()) => Outcome::Done,
        Err(Error::Provider { failure, .. }) if failure.retry == Retry::Never => {
            Outcome::fail(failure.message)
        }
        Err(error) => Outcome::retry(error),
    }
}

/// Asks the provider for its list, and takes it over.
pub(crate) async fn read_anew(ctx: &Ctx, account: AccountId, business: &str) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    let channels = numbers::of_business(&mut tx, account, business).await?;
    let Some(channel) = channels.first() else {
        return Ok(());
    };
    let line = Line::of(ctx, &mut tx, account, channel.id).await?;
    drop(tx);
    let theirs = match (line.meta(), line.twilio()) {
        (Some(meta), _) => ctx.meta.templates(meta, business).await,
        (_, Some(twilio)) => ctx.twilio.templates(twilio).await,
        (None, None) => return Ok(()),
    };
    take_over(ctx, account, business, theirs.map_err(of_call)?).await
}

async fn take_over(
    ctx: &Ctx,
    account: AccountId,
    business: &str,
    theirs: Vec<ProviderTemplate>,
) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let ours = templates::of_business(&mut tx, account, business).await?;
    let there: HashSet<&str> = theirs.iter().map(|one| one.provider_id.as_str()).collect();
    let gone: Vec<TemplateId> = ours
        .iter()
        .filter(|one| !there.contains(one.provider_id.as_str()))
        .map(|one| one.id)
        .collect();
    let listed: Vec<Listed> = theirs
        .into_iter()
        .map(|one| Listed {
            id: ctx.ids.next(),
            provider_id: one.provider_id,
            name: one.name,
            language: one.language,
            category: one.category,
            status: one.status,
            quality: one.quality,
            reason: one.reason,
            named: one.named,
            body: Json(one.body),
        })
        .filter(|one| !ours.iter().any(|known| is_same(known, one)))
        .collect();
    let pending = ours
        .iter()
        .any(|one| one.status == TemplateStatus::Pending && there_is_no_news(one, &listed));
    let mut drafts = Vec::new();
    for template in templates::upsert(&mut tx, account, business, &listed, now).await? {
        let kind = if ours.iter().any(|one| one.id == template.id) {
            TEMPLATE_UPDATED
        } else {
            TEMPLATE_CREATED
        };
        drafts.push(draft(kind, &TemplateEvent { template })?);
    }
    for id in gone {
        if let Some(template) = templates::remove(&mut tx, account, id).await? {
            drafts.push(draft(TEMPLATE_REMOVED, &TemplateEvent { template })?);
        }
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, account, drafts).await?;
    }
    let waits = pending || listed.iter().any(|one| one.status == TemplateStatus::Pending);
    if waits {
        let job = sync_job(business)?
            .dedupe_key(format!("templates:{business}:later"))
            .run_at(now.plus(ASK_AGAIN));
        ctx.jobs.enqueue(&mut tx, account, job).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn there_is_no_news(known: &Template, listed: &[Listed]) -> bool {
    !listed.iter().any(|one| one.provider_id == known.provider_id)
}

fn is_same(known: &Template, listed: &Listed) -> bool {
    known.provider_id == listed.provider_id
        && known.name == listed.name
        && known.language == listed.language
        && known.category == listed.category
        && known.status == listed.status
        && known.quality == listed.quality
        && known.reason == listed.reason
        && known.named == listed.named
        && known.body == listed.body
}

async fn business_of(tx: &mut Tx, account: AccountId, channel: NumberId) -> Result<String> {
    numbers::sender(tx, account, channel)
        .await?
        .and_then(|sender| sender.business_id)
        .ok_or(Error::NotFound("channel"))
}

/// A channel that is named in the input, not in the path.
fn no_channel(error: Error) -> Error {
    match error {
        Error::NotFound(_) => Error::bad_input("channel_id", "There is no such channel."),
        other => other,
    }
}

/// What a provider's refusal is to whoever asked.
pub(crate) fn of_call(error: CallError) -> Error {
    let message = error.to_string();
    let failure = match error {
        CallError::Refused(failure) => failure,
        other => Failure {
            reason: recado_model::FailureReason::Unknown,
            code: None,
            message,
            retry: other.retry(),
        },
    };
    Error::Provider { failure }
}

fn check(new: &Create) -> Result<()> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if new.name.is_empty() || new.name.len() > 512 || !new.name.chars().all(is_name) {
        return Err(Error::bad_input(
            "name",
            "A template's name has lower-case letters, digits and _ only, at most 512 of them.",
        ));
    }
    let is_language = |c: char| c.is_ascii_alphabetic() || c == '_';
    if !(2..=8).contains(&new.language.len()) || !new.language.chars().all(is_language) {
        return Err(Error::bad_input(
            "language",
            "This is no language code, such as en or pt_BR.",
        ));
    }
    let body = new.body.body.trim();
    if body.is_empty() || body.chars().count() > 1024 {
        return Err(Error::bad_input("body", "The body has 1 to 1024 characters."));
    }
    let too_long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.chars().count() > 60);
    if too_long(&new.body.footer) {
        return Err(Error::bad_input(
            "footer",
            "The footer has at most 60 characters.",
        ));
    }
    if new.body.buttons.len() > 10 {
        return Err(Error::bad_input("buttons", "A template has at most 10 buttons."));
    }
    if new.body.buttons.iter().any(|button| {
        let text = button.text();
        text.trim().is_empty() || text.chars().count() > 25
    }) {
        return Err(Error::bad_input(
            "buttons",
            "The text of a button has 1 to 25 characters.",
        ));
    }
    if takes_file(&new.body) && new.examples.header_media_id.is_none() {
        return Err(Error::bad_input(
            "examples",
            "Upload a sample of the header's file first, and name it by header_media_id.",
        ));
    }
    // The examples must fill it: this is how whoever reviews it will see it.
    new.body
        .fill(&new.name, &new.language, &new.examples)
        .map_err(|error| Error::bad_input("examples", error.to_string()))?;
    Ok(())
}

//! Buttons and lists through Twilio, which sends them by the id of a content. That is made before an attempt is marked,
//! as files are uploaded: a process that dies in between leaves a content nobody sends, never a second message. The same
//! words are made once.

use recado_model::content::Interactive;
use recado_model::{AccountId, Failure, FailureReason, Retry};
use recado_store::session_contents;
use recado_whatsapp::OutgoingContent;
use recado_whatsapp::twilio::{Account, SessionContent, Unfit};

use crate::media::NotFetched;
use crate::{Ctx, Result};

/// Twilio knows no such content (any more).
const NO_SUCH_CONTENT: &str = "21655";

/// Twilio's id of the content, which may have to be made first.
pub(super) async fn content(
    ctx: &Ctx,
    account: AccountId,
    twilio: &Account,
    interactive: &Interactive,
) -> std::result::Result<String, NotFetched> {
    let content = SessionContent::of(interactive).map_err(|unfit| NotFetched::Never(refusal(&unfit)))?;
    let (business, name) = (twilio.account_sid.as_str(), content.name());
    let mut tx = ctx.db.read().await?;
    let known = session_contents::get(&mut tx, account, business, name).await?;
    drop(tx);
    if let Some(sid) = known {
        return Ok(sid);
    }
    let sid = ctx.twilio.create_session(twilio, &content).await?;
    let record = async {
        let mut tx = ctx.db.begin().await?;
        session_contents::set(&mut tx, account, business, name, &sid, ctx.clock.now()).await?;
        tx.commit().await
    };
    if let Err(error) = record.await {
        // It is only made once more than it need be.
        tracing::warn!(%error, "a content's id was not kept");
    }
    Ok(sid)
}

/// A content that Twilio has no longer is forgotten, and the message tried once more: then it is made anew.
pub(super) async fn check_refusal(
    ctx: &Ctx,
    account: AccountId,
    twilio: Option<&Account>,
    content: &OutgoingContent,
    failure: &mut Failure,
) {
    let (
        Some(twilio),
        OutgoingContent::Interactive {
            provider_id: Some(sid),
            ..
        },
    ) = (twilio, content)
    else {
        return;
    };
    if failure.code.as_deref() != Some(NO_SUCH_CONTENT) {
        return;
    }
    match forget(ctx, account, &twilio.account_sid, sid).await {
        Ok(()) => failure.retry = Retry::Once,
        Err(error) => tracing::warn!(%error, sid, "a content that Twilio has no longer was not forgotten"),
    }
}

async fn forget(ctx: &Ctx, account: AccountId, business: &str, sid: &str) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    session_contents::forget(&mut tx, account, business, sid).await?;
    tx.commit().await?;
    Ok(())
}

/// Checked before the message was kept, so only what was kept by another version ends here.
fn refusal(unfit: &Unfit) -> Failure {
    let message = match unfit {
        Unfit::NotOffered(what) => format!("{what} cannot be sent through Twilio"),
        Unfit::BadWords(why) => why.clone(),
    };
    Failure {
        reason: FailureReason::BadRequest,
        code: None,
        message,
        retry: Retry::Never,
    }
}

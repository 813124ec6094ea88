//! Templates: the account's content and its approval by WhatsApp. Twilio tells no news about them; they are read
//! anew from time to time. Buttons and lists of free messages are content as well, but nobody's template.

use recado_model::{Failure, FailureReason, Retry};
use serde_json::json;

use super::{Account, Host, Twilio, call};
use crate::call::CallError;
use crate::template::{CreatedTemplate, NewTemplate, ProviderTemplate};
use crate::twilio::session::{SessionContent, is_session};
use crate::twilio::templates::{category, category_word, read, status, to_json};

const PAGE: &str = "100";

/// There is a content like this one.
const ALREADY_THERE: &[&str] = &["63025", "20409"];

impl Twilio {
    /// All templates of the account, also those that were never handed in for approval. At most 10,000 contents are
    /// looked at, the newest.
    pub async fn templates(&self, account: &Account) -> Result<Vec<ProviderTemplate>, CallError> {
        let mut url = self.url(account, Host::Content, &["v1", "ContentAndApprovals"])?;
        url.query_pairs_mut().append_pair("PageSize", PAGE);
        let mut templates = Vec::new();
        self.rows(account, Host::Content, url, "contents", |row, _| {
            if !row.text("friendly_name").is_some_and(|name| is_session(&name)) {
                templates.extend(read(row));
            }
        })
        .await?;
        Ok(templates)
    }

    /// Creates a template and hands it in for approval. If it cannot be handed in it is taken back.
    pub async fn create_template(
        &self,
        account: &Account,
        new: &NewTemplate,
    ) -> Result<CreatedTemplate, CallError> {
        let body = to_json(new, &self.public_url).map_err(|why| {
            CallError::Refused(Failure {
                reason: FailureReason::TemplateProblem,
                code: None,
                message: why,
                retry: Retry::Never,
            })
        })?;
        let url = self.url(account, Host::Content, &["v1", "Content"])?;
        let answer = call(self.http.post(url).json(&body), account).await?;
        let sid = answer.read("the template", |answer| answer.id("sid"))?;
        let handed_in = self.hand_in(account, &sid, new).await;
        if let Err(CallError::Refused(_) | CallError::Gone) = handed_in
            && let Err(error) = self.delete_template(account, &sid).await
        {
            tracing::warn!(%error, sid, "a template that was refused could not be taken back");
        }
        handed_in
    }

    async fn hand_in(
        &self,
        account: &Account,
        sid: &str,
        new: &NewTemplate,
    ) -> Result<CreatedTemplate, CallError> {
        let path = ["v1", "Content", sid, "ApprovalRequests", "whatsapp"];
        let url = self.url(account, Host::Content, &path)?;
        let body = json!({"name": new.name, "category": category_word(new.category)});
        let answer = call(self.http.post(url).json(&body), account).await?;
        let told = answer.object();
        let word = |name: &str| told.as_ref()?.text(name);
        Ok(CreatedTemplate {
            provider_id: sid.to_owned(),
            status: word("status").map_or(recado_model::TemplateStatus::Pending, |word| status(&word)),
            category: word("category").and_then(|word| category(&word)),
        })
    }

    /// Creates the content of a free message: its id, to be sent by. Nothing reaches the customer by this, and a
    /// content that is never sent harms nobody.
    pub async fn create_session(
        &self,
        account: &Account,
        content: &SessionContent,
    ) -> Result<String, CallError> {
        let url = self.url(account, Host::Content, &["v1", "Content"])?;
        match call(self.http.post(url).json(&content.to_json()), account).await {
            Ok(answer) => answer.read("the content", |answer| answer.id("sid")),
            Err(CallError::Refused(failure)) if is_there(&failure) => {
                let found = self.session_named(account, content.name()).await?;
                found.ok_or(CallError::Refused(failure))
            }
            Err(error) => Err(error),
        }
    }

    /// The id of a content of this name: the name says what is in it.
    async fn session_named(&self, account: &Account, name: &str) -> Result<Option<String>, CallError> {
        let mut url = self.url(account, Host::Content, &["v2", "Content"])?;
        url.query_pairs_mut()
            .append_pair("ContentName", name)
            .append_pair("PageSize", PAGE);
        let mut found = None;
        self.rows(account, Host::Content, url, "contents", |row, _| {
            if row.text("friendly_name").as_deref() == Some(name) {
                found = row.id("sid");
            }
        })
        .await?;
        Ok(found)
    }

    /// Takes a template away, with its approval. [`CallError::Gone`] if it is not there.
    pub async fn delete_template(&self, account: &Account, sid: &str) -> Result<(), CallError> {
        let url = self.url(account, Host::Content, &["v1", "Content", sid])?;
        call(self.http.delete(url), account).await.map(drop)
    }
}

fn is_there(failure: &Failure) -> bool {
    let code = failure.code.as_deref();
    code.is_some_and(|code| ALREADY_THERE.contains(&code))
}

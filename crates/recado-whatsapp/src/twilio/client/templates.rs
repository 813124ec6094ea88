//! Templates: the account's content and its approval by WhatsApp. Twilio tells no news about them; they are read
//! anew from time to time.

use recado_model::{Failure, FailureReason, Retry};
use serde_json::json;

use super::{Account, Host, Twilio, call};
use crate::call::CallError;
use crate::template::{CreatedTemplate, NewTemplate, ProviderTemplate};
use crate::twilio::templates::{category, category_word, read, status, to_json};

const PAGE: &str = "100";

impl Twilio {
    /// All templates of the account, at most 10,000, also those that were never handed in for approval.
    pub async fn templates(&self, account: &Account) -> Result<Vec<ProviderTemplate>, CallError> {
        let mut url = self.url(account, Host::Content, &["v1", "ContentAndApprovals"])?;
        url.query_pairs_mut().append_pair("PageSize", PAGE);
        let mut templates = Vec::new();
        self.rows(account, Host::Content, url, "contents", |row, _| {
            templates.extend(read(row));
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

    /// Takes a template away, with its approval. [`CallError::Gone`] if it is not there.
    pub async fn delete_template(&self, account: &Account, sid: &str) -> Result<(), CallError> {
        let url = self.url(account, Host::Content, &["v1", "Content", sid])?;
        call(self.http.delete(url), account).await.map(drop)
    }
}

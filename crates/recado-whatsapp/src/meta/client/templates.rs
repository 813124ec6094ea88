//! The templates of a business.

use super::{Credentials, Meta, call};
use crate::call::CallError;
use crate::meta::templates::{self, category, status};
use crate::template::{CreatedTemplate, NewTemplate, ProviderTemplate};

use recado_model::{Failure, FailureReason, Retry, TemplateStatus};

/// What is asked for at once.
const PAGE: &str = "200";

/// Meta allows fewer.
const MAX_TEMPLATES: usize = 10_000;

const FIELDS: &str =
    "id,name,language,status,category,components,parameter_format,quality_score,rejected_reason";

impl Meta {
    /// All templates of a business, one for each name and language; the first 10,000 of them.
    pub async fn templates(
        &self,
        credentials: &Credentials,
        waba: &str,
    ) -> Result<Vec<ProviderTemplate>, CallError> {
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut query = vec![("fields", FIELDS), ("limit", PAGE)];
            query.extend(after.as_deref().map(|after| ("after", after)));
            let answer = self
                .get(credentials, &[waba, "message_templates"], &query)
                .await?;
            let (rows, next) = answer.read("the templates", |answer| {
                let rows: Vec<_> = answer.list("data").map(|_| answer.objects("data").collect())?;
                let paging = answer.object("paging");
                // There is a cursor also on the last page.
                let next = paging
                    .filter(|paging| paging.get("next").is_some())
                    .and_then(|paging| paging.object("cursors")?.text("after"));
                let read: Vec<_> = rows.iter().filter_map(templates::read).collect();
                Some((read, next))
            })?;
            found.extend(rows);
            if next.is_none() || next == after || found.len() >= MAX_TEMPLATES {
                found.truncate(MAX_TEMPLATES);
                return Ok(found);
            }
            after = next;
        }
    }

    /// Hands a template in for approval.
    pub async fn create_template(
        &self,
        credentials: &Credentials,
        waba: &str,
        new: &NewTemplate,
    ) -> Result<CreatedTemplate, CallError> {
        let body = templates::to_json(new).map_err(|why| {
            CallError::Refused(Failure {
                reason: FailureReason::TemplateProblem,
                code: None,
                message: why,
                retry: Retry::Never,
            })
        })?;
        let answer = self
            .post(credentials, &[waba, "message_templates"], &body)
            .await?;
        answer.read("the id of the template", |answer| {
            Some(CreatedTemplate {
                provider_id: answer.id("id")?,
                status: answer
                    .text("status")
                    .and_then(|word| status(&word))
                    .unwrap_or(TemplateStatus::Pending),
                category: answer.text("category").and_then(|word| category(&word)),
            })
        })
    }

    /// Deletes a template in all its languages.
    pub async fn delete_template(
        &self,
        credentials: &Credentials,
        waba: &str,
        name: &str,
    ) -> Result<(), CallError> {
        let url = self.url(credentials, &[waba, "message_templates"])?;
        let request = self.http.delete(url).query(&[("name", name)]);
        call(request, credentials).await?.done()
    }
}

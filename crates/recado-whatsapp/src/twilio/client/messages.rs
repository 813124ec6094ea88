//! The account's list of messages: what a webhook may have missed, and what became of a message whose answer was
//! lost.

use std::ops::ControlFlow;

use jiff::fmt::rfc2822;
use recado_model::{Failure, Identity, Inbound, MessageStatus, Time};
use reqwest::Url;

use super::{Account, Host, Twilio};
use crate::call::CallError;
use crate::json::Object;
use crate::send::{Recipient, SendError};
use crate::twilio::errors::{TwilioError, failure};
use crate::twilio::form::Form;
use crate::twilio::message::Envelope;
use crate::twilio::status::{Word, word};
use crate::twilio::{content, identity, outgoing};

const PAGE: &str = "1000";
const FILES: &str = "20";
const MAX_FILES: usize = 10;

/// A message of a customer as Twilio lists it: less than a webhook tells. Neither the customer's name nor what was
/// quoted or pressed is in it, nor a place.
#[derive(Clone, Debug)]
pub struct Listed {
    /// As [`InboundMessage::provider_id`](recado_model::InboundMessage::provider_id) has it: what is known by this
    /// need not be read.
    pub provider_id: String,
    /// When Twilio took it, to the second.
    pub sent_at: Option<Time>,
    number: String,
    customer: Identity,
    body: String,
    has_files: bool,
    raw: String,
}

/// A message of ours as Twilio lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    pub sid: String,
    /// Empty for one without a text.
    pub body: String,
    pub has_files: bool,
    /// None while it is on its way.
    pub status: Option<MessageStatus>,
    /// Always there with `failed`.
    pub failure: Option<Failure>,
    /// When Twilio took it, to the second.
    pub date: Option<Time>,
}

impl Twilio {
    /// What customers sent to `number` (with its `+`) from `since` on, oldest first, at most 10,000. Each that is not
    /// known yet has to be [`Twilio::inbound`]: reading all would cost a call for each file.
    pub async fn inbound_since(
        &self,
        account: &Account,
        number: &str,
        since: Time,
    ) -> Result<Vec<Listed>, CallError> {
        let query = [("To", format!("whatsapp:{number}")), ("DateSent>", day(since))];
        let mut listed = Vec::new();
        // The list begins with the newest, and Twilio promises to heed no more of a time than its day.
        self.messages(account, &query, |row, raw| {
            if date(row).is_some_and(|at| at < since) {
                return ControlFlow::Break(());
            }
            listed.extend(inbound_row(row, raw));
            ControlFlow::Continue(())
        })
        .await?;
        listed.reverse();
        Ok(listed)
    }

    /// A listed message in full, as a webhook would have brought it, as far as Twilio still tells: several where it
    /// has several files.
    pub async fn inbound(&self, account: &Account, listed: Listed) -> Result<Vec<Inbound>, CallError> {
        let mut form = vec![("Body".to_owned(), listed.body)];
        if listed.has_files {
            let path = ["Messages", listed.provider_id.as_str()];
            let mut url = self.account_url(account, &[&path[..], &["Media.json"]].concat())?;
            url.query_pairs_mut().append_pair("PageSize", FILES);
            let mut files = Vec::new();
            self.rows(account, Host::Api, url, "media_list", |row, _| {
                files.extend(row.id("sid").map(|sid| (sid, row.short("content_type", 128))));
            })
            .await?;
            for (place, (sid, mime)) in files.into_iter().take(MAX_FILES).enumerate() {
                let url = self.account_url(account, &[&path[..], &["Media", &sid]].concat())?;
                form.push((format!("MediaUrl{place}"), url.into()));
                form.push((format!("MediaContentType{place}"), mime.unwrap_or_default()));
            }
        }
        let envelope = Envelope {
            number: listed.number,
            provider_id: listed.provider_id,
            sent_at: listed.sent_at,
            customer: listed.customer,
            profile_name: None,
        };
        let messages = envelope.messages(content::read(Form(&form)), &listed.raw);
        Ok(messages
            .map(|message| Inbound::Message(Box::new(message)))
            .collect())
    }

    /// What went from `from` (with its `+`) to a customer from `since` on, newest first: a message whose answer was lost
    /// is there if Twilio took it.
    pub async fn sent_to(
        &self,
        account: &Account,
        from: &str,
        to: &Recipient,
        since: Time,
    ) -> Result<Vec<SentMessage>, CallError> {
        let to = outgoing::recipient(to).map_err(|error| match error {
            SendError::Refused(failure) => CallError::Refused(failure),
            other => CallError::NotReached(other.to_string()),
        })?;
        let query = [
            ("From", format!("whatsapp:{from}")),
            ("To", to),
            ("DateSent>", day(since)),
        ];
        let mut sent = Vec::new();
        self.messages(account, &query, |row, _| {
            if date(row).is_some_and(|at| at < since) {
                return ControlFlow::Break(());
            }
            sent.extend(sent_row(row));
            ControlFlow::Continue(())
        })
        .await?;
        Ok(sent)
    }

    async fn messages(
        &self,
        account: &Account,
        query: &[(&str, String)],
        take: impl FnMut(&Object<'_>, &str) -> ControlFlow<()> + Send,
    ) -> Result<(), CallError> {
        let mut url: Url = self.account_url(account, &["Messages.json"])?;
        // Twilio's names of some of these end with a sign.
        url.query_pairs_mut()
            .extend_pairs(query)
            .append_pair("PageSize", PAGE);
        self.rows_until(account, Host::Api, url, "messages", take).await
    }
}

fn inbound_row(row: &Object<'_>, raw: &str) -> Option<Listed> {
    if row.text("direction").as_deref() != Some("inbound") {
        return None;
    }
    let mut customer = Identity::default();
    identity::take(&mut customer, &row.text("from")?);
    (!customer.is_empty()).then_some(())?;
    Some(Listed {
        provider_id: row.id("sid")?,
        number: identity::number(&row.text("to")?)?,
        sent_at: date(row),
        customer,
        body: row.text("body").unwrap_or_default(),
        has_files: has_files(row),
        raw: raw.to_owned(),
    })
}

fn sent_row(row: &Object<'_>) -> Option<SentMessage> {
    row.text("direction")
        .filter(|direction| direction.starts_with("outbound"))?;
    let status = match word(&row.text("status").unwrap_or_default()) {
        Word::Known(status) => Some(status),
        Word::NoNews | Word::Unheard => None,
    };
    let failure = (status == Some(MessageStatus::Failed)).then(|| {
        let error = TwilioError {
            code: row.int("error_code"),
            message: row.text("error_message").unwrap_or_default(),
        };
        failure(&error, None)
    });
    Some(SentMessage {
        sid: row.id("sid")?,
        body: row.text("body").unwrap_or_default(),
        has_files: has_files(row),
        status,
        failure,
        date: date(row),
    })
}

fn has_files(row: &Object<'_>) -> bool {
    row.int("num_media").is_some_and(|files| files > 0)
}

/// `2026-11-21`, in UTC as all of Twilio's times.
fn day(at: Time) -> String {
    at.to_string().chars().take(10).collect()
}

/// Until it is sent a message only has been made.
fn date(row: &Object<'_>) -> Option<Time> {
    let read = |name| {
        let zoned = rfc2822::parse(&row.text(name)?).ok()?;
        Some(Time::from_millis(zoned.timestamp().as_millisecond()))
    };
    read("date_created").or_else(|| read("date_sent"))
}

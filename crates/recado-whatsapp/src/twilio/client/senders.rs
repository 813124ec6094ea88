//! Connecting an account: is its token right, which senders does it have, where do their webhooks go.

use serde_json::json;

use super::{Account, Host, Twilio, call, with_form};
use crate::call::{CallError, CheckError};
use crate::json::Object;
use crate::twilio::identity;
use recado_model::{FailureReason, Retry};

const PAGE: &str = "100";

/// A WhatsApp number of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// `XE…`
    pub sid: String,
    /// `+` and its digits: the number of what it receives.
    pub phone: String,
    /// Twilio's word, `ONLINE`, `OFFLINE`, `CREATING`, …, at most 64 characters.
    pub status: String,
    /// Whether messages can be sent from it.
    pub online: bool,
    /// What customers see.
    pub name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`; or in Twilio's words.
    pub quality: Option<String>,
    /// How many customers a day may be written to first, in Twilio's words.
    pub limit: Option<String>,
    /// Why it is not online, in a sentence for an admin.
    pub trouble: Option<String>,
}

impl Twilio {
    /// The account's WhatsApp numbers. Test numbers that belong to Twilio are not among them.
    pub async fn senders(&self, account: &Account) -> Result<Vec<Sender>, CallError> {
        let mut url = self.url(account, Host::Messaging, &["v2", "Channels", "Senders"])?;
        url.query_pairs_mut()
            .append_pair("Channel", "whatsapp")
            .append_pair("PageSize", PAGE);
        let mut senders = Vec::new();
        self.rows(account, Host::Messaging, url, "senders", |row, _| {
            senders.extend(sender(row));
        })
        .await?;
        Ok(senders)
    }

    /// Tries the settings of an account, and tells which one is wrong: `account_sid`, `auth_token`.
    pub async fn check(&self, account: &Account) -> Result<(), CheckError> {
        let sid = &account.account_sid;
        let formed = sid.strip_prefix("AC").is_some_and(|rest| {
            rest.len() == 32 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        });
        if !formed {
            return Err(CheckError::field(
                "account_sid",
                "An Account SID is AC and 32 digits or letters from a to f.",
            ));
        }
        let url = self
            .account_url(account, &[])
            .map_err(|error| CheckError::field("account_sid", error.to_string()))?;
        // The account itself has its form behind its id.
        let mut json = url.clone();
        json.set_path(&format!("{}.json", url.path()));
        let answer = call(self.http.get(json), account).await.map_err(at)?;
        let status = answer.object().and_then(|told| told.short("status", 64));
        match status.as_deref() {
            Some("active") => Ok(()),
            Some(status) => Err(CheckError::field(
                "account_sid",
                format!("Twilio says this account is {status}."),
            )),
            None => Err(CheckError::NotReached(
                "Twilio's answer does not tell about the account".to_owned(),
            )),
        }
    }

    /// Sets where the messages of a number and the news about those sent from it go; done a moment later. A number
    /// in a Messaging Service uses that service's address, unless the service is told to leave it to the number.
    pub async fn set_webhook(
        &self,
        account: &Account,
        sender_sid: &str,
        callback_url: &str,
        status_url: &str,
    ) -> Result<(), CallError> {
        let path = ["v2", "Channels", "Senders", sender_sid];
        let url = self.url(account, Host::Messaging, &path)?;
        let body = json!({"webhook": {
            "callback_url": callback_url,
            "callback_method": "POST",
            "status_callback_url": status_url,
            "status_callback_method": "POST",
        }});
        call(self.http.post(url).json(&body), account).await.map(drop)
    }

    /// Shows the customer that somebody is writing, until our next message or for 25 s. `message_sid` is a recent
    /// message of theirs, which this may mark as read.
    pub async fn typing(&self, account: &Account, message_sid: &str) -> Result<(), CallError> {
        // Further files of one message have a number of ours behind its id.
        let sid = message_sid.split('/').next().unwrap_or_default();
        let path = ["v2", "Indicators", "Typing.json"];
        let url = self.url(account, Host::Messaging, &path)?;
        let fields = [("messageId", sid.to_owned()), ("channel", "whatsapp".to_owned())];
        call(with_form(self.http.post(url), &fields), account)
            .await
            .map(drop)
    }
}

/// None for what is no WhatsApp number.
fn sender(row: &Object<'_>) -> Option<Sender> {
    let status = row.short("status", 64).unwrap_or_default();
    let online = status == "ONLINE" || status.starts_with("ONLINE:");
    let told = |part: &str, name: &str| row.object(part)?.short(name, 256);
    let reason = row
        .objects("offline_reasons")
        .find_map(|reason| reason.short("message", 512));
    Some(Sender {
        sid: row.id("sid")?,
        phone: identity::number(&row.text("sender_id")?)?,
        online,
        name: told("profile", "name"),
        quality: told("properties", "quality_rating"),
        limit: told("properties", "messaging_limit"),
        trouble: (!online)
            .then(|| reason.unwrap_or_else(|| format!("Twilio says the number's status is {status}."))),
        status,
    })
}

/// Which field an error is about.
fn at(error: CallError) -> CheckError {
    match error {
        CallError::Refused(failure)
            if failure.reason == FailureReason::NumberUnhealthy || failure.retry == Retry::Never =>
        {
            CheckError::field(
                "auth_token",
                format!(
                    "Twilio does not accept this Auth Token with this Account SID: {}",
                    failure.message
                ),
            )
        }
        CallError::Gone => CheckError::field("account_sid", "Twilio has no account of this SID."),
        other => CheckError::NotReached(other.to_string()),
    }
}

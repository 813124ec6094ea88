//! Connecting a number: are its settings right, and where do its webhooks go.

use recado_model::{Failure, FailureReason, Retry};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::answer::Answer;
use super::{Credentials, Meta, call_as};
use crate::call::{CallError, CheckError};

/// What Meta calls a token that is wrong or over, with or without a proof.
const BAD_TOKEN: &str = "190";

const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,status";

/// Where Meta tells how many customers a day may be written to first: newer versions, older versions. A field that a
/// version does not know is an error, so they are asked for on their own.
const LIMIT_FIELDS: [&str; 2] = [
    "whatsapp_business_manager_messaging_limit",
    "messaging_limit_tier",
];

const MESSAGING: &str = "whatsapp_business_messaging";

/// The number's page of a WABA that has more is not complete; nobody has as many.
const NUMBERS: &str = "500";

/// A number whose settings are right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberCheck {
    /// As Meta displays it; not to find anything by.
    pub display_phone: Option<String>,
    /// What customers see.
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality: Option<String>,
    /// How many customers a day may be written to first, in Meta's word: `TIER_2K`.
    pub limit: Option<String>,
    /// Whether messages can be sent from it.
    pub connected: bool,
    /// Why not, in a sentence for an admin.
    pub trouble: Option<String>,
}

impl Meta {
    /// Tries every setting of a number, and tells which one is wrong: `access_token`, `phone_number_id`,
    /// `app_secret`, `waba_id`. `app_id` makes the answer about the token and the secret more exact.
    pub async fn check(
        &self,
        credentials: &Credentials,
        waba: &str,
        app_id: Option<&str>,
        app_secret: &SecretString,
    ) -> Result<NumberCheck, CheckError> {
        let id = credentials.phone_number_id.as_str();
        let bare = Credentials {
            app_secret: None,
            ..credentials.clone()
        };
        let credentials = &Credentials {
            app_secret: Some(app_secret.clone()),
            ..credentials.clone()
        };
        // Without the proof first, so that a wrong secret is not taken for a wrong number; an app that demands it is
        // asked again.
        let mut number = self.get(&bare, &[id], &[("fields", FIELDS)]).await;
        if matches!(&number, Err(CallError::Refused(failure)) if failure.code.as_deref() != Some(BAD_TOKEN)) {
            number = self
                .get(credentials, &[id], &[("fields", FIELDS)])
                .await
                .or(number);
        }
        let mut check = number.and_then(|answer| read_number(&answer)).map_err(|error| {
            at(
                error,
                "phone_number_id",
                "No number of this id can be seen with this token.",
            )
        })?;
        match app_id.filter(|id| !id.is_empty()) {
            Some(app_id) => self.check_app(credentials, app_id, app_secret).await?,
            None => self.check_secret(credentials).await?,
        }
        self.check_business(credentials, waba).await?;
        for field in LIMIT_FIELDS {
            let answer = self.get(credentials, &[id], &[("fields", field)]).await;
            let told = answer.ok().and_then(|answer| answer.object()?.short(field, 64));
            check.limit = check.limit.or(told);
            if check.limit.is_some() {
                break;
            }
        }
        Ok(check)
    }

    /// Asks Meta about the token in the name of the app, which needs the app's secret.
    async fn check_app(
        &self,
        credentials: &Credentials,
        app_id: &str,
        app_secret: &SecretString,
    ) -> Result<(), CheckError> {
        let url = self
            .url(credentials, &["debug_token"])
            .map_err(|error| CheckError::field("phone_number_id", error.to_string()))?;
        let query = [("input_token", credentials.access_token.expose_secret())];
        let app: SecretString = format!("{app_id}|{}", app_secret.expose_secret()).into();
        let answer = call_as(self.http.get(url).query(&query), &app)
            .await
            .map_err(|error| match error {
                CallError::Refused(failure) if is_passing(&failure) => {
                    CheckError::NotReached(failure.message)
                }
                CallError::Refused(_) | CallError::Gone => CheckError::field(
                    "app_secret",
                    "Meta does not accept this app secret together with this app id.",
                ),
                other => CheckError::NotReached(other.to_string()),
            })?;
        let told = answer.object();
        let Some(data) = told.as_ref().and_then(|told| told.object("data")) else {
            return Err(CheckError::NotReached(
                "Meta's answer does not tell about the token".to_owned(),
            ));
        };
        let wrong = |message: &str| Err(CheckError::field("access_token", message));
        if data.get("is_valid").is_some() && !data.flag("is_valid") {
            return wrong("Meta says this token is not valid, or not any more.");
        }
        if data.text("app_id").is_some_and(|told| told != app_id) {
            return wrong("This token was made for another app.");
        }
        let scopes = data.list("scopes");
        let quoted = format!("{MESSAGING:?}");
        if scopes.is_some_and(|scopes| !scopes.iter().any(|scope| scope.get() == quoted)) {
            return wrong("This token lacks the permission whatsapp_business_messaging.");
        }
        Ok(())
    }

    /// Makes a call that Meta refuses if the proof made with the secret is wrong.
    async fn check_secret(&self, credentials: &Credentials) -> Result<(), CheckError> {
        let query = [("fields", "id")];
        let answer = self
            .get(credentials, &[&credentials.phone_number_id], &query)
            .await;
        answer.map(drop).map_err(|error| {
            at(
                error,
                "app_secret",
                "Meta does not accept this app secret together with this token.",
            )
        })
    }

    /// The number belongs to the business, and the token may manage it.
    async fn check_business(&self, credentials: &Credentials, waba: &str) -> Result<(), CheckError> {
        let query = [("fields", "id"), ("limit", NUMBERS)];
        let answer = self
            .get(credentials, &[waba, "phone_numbers"], &query)
            .await
            .map_err(|error| {
                at(
                    error,
                    "waba_id",
                    "No WhatsApp Business account of this id can be seen with this token.",
                )
            })?;
        let told = answer.object();
        let is_ours = |id: Option<String>| id.as_deref() == Some(credentials.phone_number_id.as_str());
        if !told.is_some_and(|told| told.objects("data").any(|number| is_ours(number.id("id")))) {
            return Err(CheckError::field(
                "waba_id",
                "The number does not belong to this WhatsApp Business account.",
            ));
        }
        let query = [("fields", "id"), ("limit", "1")];
        let answer = self.get(credentials, &[waba, "message_templates"], &query).await;
        answer.map(drop).map_err(|error| {
            at(
                error,
                "access_token",
                "This token lacks the permission whatsapp_business_management.",
            )
        })
    }

    /// Tells Meta to send the webhooks of a business to our app, at an address of their own. Meta calls that address
    /// for its handshake before it answers. Without this no webhook ever comes.
    pub async fn subscribe(
        &self,
        credentials: &Credentials,
        waba: &str,
        callback_url: &str,
        verify_token: &str,
    ) -> Result<(), CallError> {
        let body = json!({"override_callback_uri": callback_url, "verify_token": verify_token});
        self.post(credentials, &[waba, "subscribed_apps"], &body)
            .await?
            .done()
    }
}

fn read_number(answer: &Answer) -> Result<NumberCheck, CallError> {
    answer.read("the number", |number| {
        number.id("id")?;
        let status = number.short("status", 64);
        let connected = status.as_deref().is_none_or(|status| status == "CONNECTED");
        Some(NumberCheck {
            display_phone: number.short("display_phone_number", 64),
            verified_name: number.short("verified_name", 256),
            quality: number.short("quality_rating", 64),
            limit: None,
            connected,
            trouble: status.filter(|_| !connected).map(|status| {
                format!(
                    "Meta says the number's status is {status}: it has to be registered, or cannot send now."
                )
            }),
        })
    })
}

/// Which field an error is about: the token where Meta says so, else the one that was tried.
fn at(error: CallError, field: &'static str, message: &str) -> CheckError {
    match error {
        CallError::Refused(failure) if is_passing(&failure) => CheckError::NotReached(failure.message),
        CallError::Refused(failure)
            if failure.reason == FailureReason::NumberUnhealthy && failure.code.is_some() =>
        {
            let message = format!("Meta does not accept this token: {}", failure.message);
            CheckError::field("access_token", message)
        }
        CallError::Refused(failure) => {
            CheckError::field(field, format!("{message} Meta says: {}", failure.message))
        }
        CallError::Gone => CheckError::field(field, message),
        other => CheckError::NotReached(other.to_string()),
    }
}

/// Whether it says nothing about the settings: Meta has trouble, or was asked too often.
fn is_passing(failure: &Failure) -> bool {
    !matches!(failure.retry, Retry::Never | Retry::PauseNumber | Retry::NextDay)
}

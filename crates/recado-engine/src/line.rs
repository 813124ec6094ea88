//! A number with what it takes to call its provider: the one place where sealed tokens of numbers are opened.

use recado_db::Tx;
use recado_model::{AccountId, NumberId, Provider};
use recado_store::numbers::{self, Sender, TwilioAccount};
use recado_whatsapp::meta::Credentials;
use recado_whatsapp::twilio::Account;
use recado_whatsapp::{Accepted, CallError, Download, Outgoing, SendError};
use secrecy::SecretString;

use crate::numbers::{app_secret_place, auth_token_place, token_place};
use crate::{Ctx, Error, Result};

/// A number that can be called for.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) sender: Sender,
    access: Access,
}

#[derive(Clone, Debug)]
enum Access {
    Meta(Credentials),
    Twilio(Account),
}

impl Line {
    /// A number that was deleted, or whose account was, has no token any more: its status says so first.
    ///
    /// # Errors
    /// `NotFound` for the number, `Internal` if its token cannot be read.
    pub(crate) async fn of(ctx: &Ctx, tx: &mut Tx, account: AccountId, number: NumberId) -> Result<Self> {
        let sender = numbers::sender(tx, account, number)
            .await?
            .ok_or(Error::NotFound("channel"))?;
        let access = match sender.kind.provider() {
            Provider::Meta => {
                let access_token = match sender.access_token.as_deref() {
                    Some(sealed) => ctx.keyring.open_text(&token_place(number), sealed)?,
                    None => SecretString::default(),
                };
                let app_secret = match sender.meta_app_id {
                    Some(app) => numbers::app(tx, app).await?,
                    None => None,
                };
                let app_secret = app_secret
                    .map(|app| ctx.keyring.open_text(&app_secret_place(app.id), &app.app_secret))
                    .transpose()?;
                Access::Meta(Credentials {
                    phone_number_id: sender.provider_number.clone(),
                    access_token,
                    app_secret,
                    base_url: sender.base_url.clone(),
                })
            }
            Provider::Twilio => Access::Twilio(match numbers::twilio(tx, account).await? {
                Some(kept) => twilio_account(ctx, kept)?,
                None => Account {
                    account_sid: sender.business_id.clone().unwrap_or_default(),
                    auth_token: SecretString::default(),
                    base_url: None,
                },
            }),
        };
        Ok(Self { sender, access })
    }

    pub(crate) fn provider(&self) -> Provider {
        self.sender.kind.provider()
    }

    pub(crate) fn meta(&self) -> Option<&Credentials> {
        match &self.access {
            Access::Meta(credentials) => Some(credentials),
            Access::Twilio(_) => None,
        }
    }

    pub(crate) fn twilio(&self) -> Option<&Account> {
        match &self.access {
            Access::Meta(_) => None,
            Access::Twilio(account) => Some(account),
        }
    }

    /// Hands a message over. Calling this twice sends twice.
    pub(crate) async fn send(
        &self,
        ctx: &Ctx,
        message: &Outgoing,
    ) -> std::result::Result<Accepted, SendError> {
        match &self.access {
            Access::Meta(credentials) => ctx.meta.send(credentials, message).await,
            Access::Twilio(account) => {
                let callback = format!(
                    "{}{}/status",
                    ctx.public_url,
                    crate::numbers::twilio_path(self.sender.id)
                );
                ctx.twilio
                    .send(account, &self.sender.provider_number, message, &callback)
                    .await
            }
        }
    }

    /// Shows the customer that this message of theirs, and all before it, were read; with `typing`, that somebody is
    /// writing. Twilio has only the latter.
    pub(crate) async fn mark_read(
        &self,
        ctx: &Ctx,
        message_id: &str,
        typing: bool,
    ) -> std::result::Result<(), CallError> {
        match &self.access {
            Access::Meta(credentials) => ctx.meta.mark_read(credentials, message_id, typing).await,
            Access::Twilio(account) if typing => ctx.twilio.typing(account, message_id).await,
            Access::Twilio(_) => Ok(()),
        }
    }

    /// Begins to download a file that a customer sent. `provider_id` is asked for its address where there is one: what
    /// a webhook says of an address may have ended.
    pub(crate) async fn download(
        &self,
        ctx: &Ctx,
        provider_id: Option<&str>,
        url: Option<&str>,
    ) -> std::result::Result<Download, CallError> {
        match (&self.access, provider_id, url) {
            (Access::Meta(credentials), Some(id), _) => {
                let info = ctx.meta.media(credentials, id).await?;
                ctx.meta.download(credentials, &info.url).await
            }
            (Access::Twilio(account), _, Some(url)) => ctx.twilio.download(account, url).await,
            _ => Err(CallError::Gone),
        }
    }
}

/// Twilio's credentials, opened.
pub(crate) fn twilio_account(ctx: &Ctx, kept: TwilioAccount) -> Result<Account> {
    let auth_token = ctx
        .keyring
        .open_text(&auth_token_place(kept.id), &kept.auth_token)
        .map_err(Error::internal)?;
    Ok(Account {
        account_sid: kept.account_sid,
        auth_token,
        base_url: kept.base_url,
    })
}

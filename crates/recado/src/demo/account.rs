//! The demo account in the stores: made once, found again at every start, connected to the sandbox.

use std::fmt::Write as _;
use std::path::Path;

use recado_engine::api_keys::{self, NewApiKey};
use recado_engine::numbers::{self, DemoMeta, DemoTwilio};
use recado_engine::seed::{self, Past, PastMessage, Person};
use recado_engine::{Ctx, tokens};
use recado_model::failure::{Failure as SendFailure, FailureReason, Retry};
use recado_model::{AccountId, Actor, MessageStatus, Permission, Time};
use recado_sandbox::{Business, SeedMessage, SeedPhone, Status};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{By, Conversation, Customer, Message, PASSWORD, SHOP};
use crate::Failure;

/// What a real installation would get from Meta and from an admin, made up on the first run and kept beside the
/// database, so that scripts find the same words at the next start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credentials {
    pub app_secret: String,
    pub verify_token: String,
    access_token: String,
    /// Files of earlier versions do not have these two.
    #[serde(default = "account_sid")]
    pub twilio_account_sid: String,
    #[serde(default = "tokens::random")]
    pub twilio_auth_token: String,
    /// With all scopes; made again when the account does not know it.
    api_key: Option<String>,
}

/// The account, ready to be used.
#[derive(Debug)]
pub struct Account {
    pub id: AccountId,
    pub api_key: String,
    pub webhook_path: String,
    /// Of the number at Twilio; none where somebody put real credentials in place of the demo's.
    pub twilio_webhook_path: Option<String>,
}

impl Credentials {
    /// Reads them from the data folder, or makes them up.
    pub fn load_or_create(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("demo.json");
        if path.try_exists()? {
            let known: Self = serde_json::from_str(&std::fs::read_to_string(path)?)?;
            known.save(folder)?;
            return Ok(known);
        }
        let made = Self {
            app_secret: tokens::random(),
            verify_token: tokens::random(),
            access_token: tokens::random(),
            twilio_account_sid: account_sid(),
            twilio_auth_token: tokens::random(),
            api_key: None,
        };
        made.save(folder)?;
        Ok(made)
    }

    fn save(&self, folder: &Path) -> Result<(), Failure> {
        use std::os::unix::fs::PermissionsExt as _;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o600))?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.as_file().sync_all()?;
        file.persist(folder.join("demo.json"))?;
        Ok(())
    }

    /// The shop's number, as the sandbox plays it.
    pub fn business(&self) -> Business {
        Business {
            name: SHOP.name.to_owned(),
            display_phone: SHOP.display_phone.to_owned(),
            phone_number_id: SHOP.phone_number_id.to_owned(),
            waba_id: SHOP.waba_id.to_owned(),
            access_token: self.access_token.clone(),
            app_secret: self.app_secret.clone(),
            verify_token: self.verify_token.clone(),
        }
    }

    /// Its second number. Where webhooks go is said when Recado knows.
    pub fn twilio(&self) -> recado_sandbox::Twilio {
        recado_sandbox::Twilio {
            account_sid: self.twilio_account_sid.clone(),
            auth_token: self.twilio_auth_token.clone(),
            number: second_phone(),
            webhook_url: None,
        }
    }
}

/// `AC` and 32 digits of hexadecimal.
fn account_sid() -> String {
    let random = tokens::hash(&tokens::random());
    random.iter().take(16).fold("AC".to_owned(), |mut sid, byte| {
        let _ = write!(sid, "{byte:02x}");
        sid
    })
}

/// `+` and digits.
pub fn second_phone() -> String {
    SHOP.second_phone.split(' ').collect()
}

/// Finds or makes the account, and connects its numbers to the sandbox at `sandbox_url`.
pub async fn ensure(
    ctx: &Ctx,
    folder: &Path,
    credentials: &mut Credentials,
    sandbox_url: &str,
    now: Time,
) -> Result<Account, Failure> {
    let team: Vec<Person> = SHOP
        .team
        .iter()
        .map(|person| Person {
            name: person.name,
            email: person.email,
            role: person.role,
        })
        .collect();
    let demo = seed::demo_account(ctx, SHOP.name, &team, &SecretString::from(PASSWORD)).await?;
    let member = |email: &str| {
        let at = SHOP.team.iter().position(|person| person.email == email)?;
        demo.members.get(at).copied()
    };
    let meta = DemoMeta {
        label: SHOP.number_label.to_owned(),
        display_phone: SHOP.display_phone.to_owned(),
        phone_number_id: SHOP.phone_number_id.to_owned(),
        waba_id: SHOP.waba_id.to_owned(),
        access_token: credentials.access_token.clone().into(),
        app_secret: credentials.app_secret.clone().into(),
        verify_token: credentials.verify_token.clone().into(),
        assigned: member(SHOP.team[0].email),
        base_url: sandbox_url.to_owned(),
    };
    let (number, app) = numbers::demo_meta(ctx, demo.account, meta).await?;
    let twilio = DemoTwilio {
        label: SHOP.second_label.to_owned(),
        display_phone: SHOP.second_phone.to_owned(),
        phone: second_phone(),
        account_sid: credentials.twilio_account_sid.clone(),
        auth_token: credentials.twilio_auth_token.clone().into(),
        assigned: member(SHOP.team[0].email),
        base_url: sandbox_url.to_owned(),
    };
    let second = numbers::demo_twilio(ctx, demo.account, twilio).await?;
    if demo.is_empty {
        let pasts: Vec<Past> = SHOP
            .conversations
            .iter()
            .map(|conversation| past(conversation, now, member))
            .collect();
        seed::seed(ctx, demo.account, number, &pasts).await?;
    }
    let api_key = api_key(ctx, demo.account, folder, credentials).await?;
    Ok(Account {
        id: demo.account,
        api_key,
        webhook_path: numbers::webhook_path(app),
        twilio_webhook_path: second.map(numbers::twilio_path),
    })
}

/// The key of the last start if it still works, else a new one.
async fn api_key(
    ctx: &Ctx,
    account: AccountId,
    folder: &Path,
    credentials: &mut Credentials,
) -> Result<String, Failure> {
    if let Some(key) = &credentials.api_key
        && let Ok(known) = api_keys::authenticate_key(ctx, key).await
        && known.actor.account == account
    {
        return Ok(key.clone());
    }
    let form = NewApiKey {
        name: "recado dev".to_owned(),
        scopes: Permission::ALL.iter().copied().collect(),
        expires_at: None,
        rate_limit: None,
    };
    let key = api_keys::create(ctx, &Actor::system(account), form).await?.key;
    credentials.api_key = Some(key.clone());
    credentials.save(folder)?;
    Ok(key)
}

/// The customers as the sandbox knows them: the same story from the other side.
pub fn phones(now: Time) -> Vec<SeedPhone> {
    SHOP.conversations
        .iter()
        .map(|conversation| SeedPhone {
            wa_id: wa_id(&conversation.customer).to_owned(),
            name: conversation.customer.name.to_owned(),
            messages: conversation
                .messages
                .iter()
                .enumerate()
                .map(|(nth, message)| SeedMessage {
                    id: provider_id(&conversation.customer, nth),
                    from_business: message.by != By::Customer,
                    text: message.text.to_owned(),
                    at: sent_at(message, now).millis(),
                    status: match message.by {
                        By::Member {
                            tick: MessageStatus::Read,
                            ..
                        } => Status::Read,
                        By::Customer
                        | By::Member {
                            tick: MessageStatus::Delivered,
                            ..
                        } => Status::Delivered,
                        By::Member {
                            tick: MessageStatus::Failed,
                            ..
                        } => Status::Failed,
                        By::Member { .. } => Status::Sent,
                    },
                })
                .collect(),
        })
        .collect()
}

fn past(
    conversation: &Conversation,
    now: Time,
    member: impl Fn(&str) -> Option<recado_model::MemberId>,
) -> Past {
    let Conversation {
        customer,
        status,
        assigned,
        unread,
        messages,
    } = conversation;
    Past {
        name: customer.name.to_owned(),
        wa_id: wa_id(customer).to_owned(),
        email: customer.email.map(str::to_owned),
        company: customer.company.map(str::to_owned),
        status: *status,
        assigned: assigned.and_then(&member),
        unread: i64::try_from(*unread).unwrap_or(0),
        messages: messages
            .iter()
            .enumerate()
            .map(|(nth, message)| PastMessage {
                provider_id: provider_id(customer, nth),
                at: sent_at(message, now),
                text: message.text.to_owned(),
                by: by(message, &member),
            })
            .collect(),
    }
}

fn by(message: &Message, member: impl Fn(&str) -> Option<recado_model::MemberId>) -> seed::By {
    let By::Member { email, tick } = message.by else {
        return seed::By::Customer;
    };
    let Some(member) = member(email) else {
        return seed::By::Customer;
    };
    let error = (tick == MessageStatus::Failed).then(|| SendFailure {
        reason: FailureReason::NotOnWhatsapp,
        code: Some("131026".to_owned()),
        message: "Message undeliverable".to_owned(),
        retry: Retry::Never,
    });
    seed::By::Member {
        member,
        status: tick,
        error,
    }
}

fn sent_at(message: &Message, now: Time) -> Time {
    now.minus(std::time::Duration::from_mins(message.minutes_ago.into()))
}

/// Digits, as providers write a phone.
fn wa_id(customer: &Customer) -> &'static str {
    customer.phone.trim_start_matches('+')
}

/// The same on both sides of the wire.
fn provider_id(customer: &Customer, nth: usize) -> String {
    format!("wamid.DEMO.{}.{nth}", wa_id(customer))
}

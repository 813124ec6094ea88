//! The second step of signing in: a code from an app that shares a secret with us (RFC 6238), or one of ten recovery
//! codes, each good once.

use std::time::Duration;

use qrcode::QrCode;
use qrcode::render::svg;
use recado_model::{Actor, AuditAction, Time, UserId};
use recado_store as store;
use recado_store::members::Membership;
use recado_store::two_factor::TwoFactor;
use recado_store::users::User;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};
use utoipa::ToSchema;

use crate::profile::{confirmed, person};
use crate::secrets::Place;
use crate::sessions::{self, Client};
use crate::{Ctx, Error, Result, audit, tokens};

const ISSUER: &str = "Recado";
const RECOVERY_CODES: usize = 10;
/// Bytes of a recovery code: sixteen letters and digits.
const RECOVERY_BYTES: usize = 10;
/// Wrong codes after which none is looked at for a while: with the password known, guessing takes years.
const MOST_FAILURES: i64 = 5;
const LOCKED_FOR: Duration = Duration::from_mins(15);

/// How the caller signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Status {
    pub enabled: bool,
    #[schema(required)]
    pub enabled_at: Option<Time>,
    pub recovery_codes_left: i64,
}

/// What an authenticator app needs to know; shown until it is confirmed.
#[derive(Clone, Serialize, ToSchema)]
pub struct Enrolment {
    /// To be typed where there is no camera. Base 32.
    pub secret: String,
    /// `otpauth://totp/…`
    pub url: String,
    /// The same as a QR code, an SVG document.
    pub qr_svg: String,
}

/// Ten codes, each good once in place of the app's; shown this once.
#[derive(Clone, Serialize, ToSchema)]
pub struct RecoveryCodes {
    #[schema(example = json!(["ab2d-efgh-3jkl-mn5p"]))]
    pub codes: Vec<String>,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

pub async fn status(ctx: &Ctx, actor: &Actor) -> Result<Status> {
    let (user, _) = person(actor)?;
    let mut tx = ctx.db.read().await?;
    let enabled_at = store::two_factor::get(&mut tx, user)
        .await?
        .and_then(|kept| kept.confirmed_at);
    let recovery_codes_left = store::two_factor::codes_left(&mut tx, user).await?;
    Ok(Status {
        enabled: enabled_at.is_some(),
        enabled_at,
        recovery_codes_left,
    })
}

/// Draws a secret for the caller's app. It asks for nothing until the app has shown that it has it.
///
/// # Errors
/// `BadInput` for `password`, `Conflict` with `already_enabled`.
pub async fn start(ctx: &Ctx, actor: &Actor, password: &SecretString) -> Result<Enrolment> {
    let user = confirmed(ctx, actor, "password", password).await?;
    let secret: [u8; 20] = rand::random();
    let totp = totp(&secret, &user.email)?;
    let url = totp.to_url().map_err(Error::internal)?;
    let qr = QrCode::new(&url).map_err(Error::internal)?;
    let sealed = ctx.keyring.seal(&place(user.id), &secret)?;
    let mut tx = ctx.db.begin().await?;
    if !store::two_factor::start(&mut tx, user.id, &sealed, ctx.clock.now()).await? {
        return Err(already_enabled());
    }
    tx.commit().await?;
    Ok(Enrolment {
        secret: totp.secret().to_base32(),
        url,
        qr_svg: qr.render::<svg::Color<'_>>().min_dimensions(220, 220).build(),
    })
}

/// The first code from the app: from now on signing in takes one.
///
/// # Errors
/// `BadInput` for `code`, `Conflict` with `not_started` or `already_enabled`, `RateLimited`.
pub async fn confirm(ctx: &Ctx, actor: &Actor, code: &str) -> Result<RecoveryCodes> {
    let (user, _) = person(actor)?;
    let kept = store::two_factor::get(&mut ctx.db.read().await?, user).await?;
    let kept = kept.ok_or_else(|| Error::conflict("not_started", "Ask for a secret first."))?;
    if kept.confirmed_at.is_some() {
        return Err(already_enabled());
    }
    let now = ctx.clock.now();
    not_locked(&kept, now)?;
    let mut tx = ctx.db.begin().await?;
    let right = match step_of(ctx, user, &kept, code, now)? {
        Some(step) => store::two_factor::take_step(&mut tx, user, step).await?,
        None => false,
    };
    if !right {
        count_failure(&mut tx, user, now).await?;
        tx.commit().await?;
        return Err(Error::bad_input(
            "code",
            "This is not the code that the app shows now. Is its clock right?",
        ));
    }
    if !store::two_factor::confirm(&mut tx, user, now).await? {
        return Err(already_enabled());
    }
    let codes = new_codes(&mut tx, user).await?;
    let member = actor.member().map(|member| member.0);
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::TwoFactorEnabled,
        member,
        json!({}),
    )
    .await?;
    tx.commit().await?;
    Ok(codes)
}

/// Ten new recovery codes in place of those that are left.
///
/// # Errors
/// `BadInput` for `password`, `Conflict` with `not_enabled`.
pub async fn renew_codes(ctx: &Ctx, actor: &Actor, password: &SecretString) -> Result<RecoveryCodes> {
    let user = confirmed(ctx, actor, "password", password).await?;
    let mut tx = ctx.db.begin().await?;
    let kept = store::two_factor::get(&mut tx, user.id).await?;
    if kept.is_none_or(|kept| kept.confirmed_at.is_none()) {
        return Err(not_enabled());
    }
    let codes = new_codes(&mut tx, user.id).await?;
    let member = actor.member().map(|member| member.0);
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::RecoveryCodesRenewed,
        member,
        json!({}),
    )
    .await?;
    tx.commit().await?;
    Ok(codes)
}

/// Signing in takes the password alone again.
///
/// # Errors
/// `BadInput` for `password`, `Conflict` with `not_enabled`.
pub async fn disable(ctx: &Ctx, actor: &Actor, password: &SecretString) -> Result<()> {
    let user = confirmed(ctx, actor, "password", password).await?;
    let mut tx = ctx.db.begin().await?;
    if !store::two_factor::remove(&mut tx, user.id).await? {
        return Err(not_enabled());
    }
    let member = actor.member().map(|member| member.0);
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::TwoFactorDisabled,
        member,
        json!({}),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Whoever has typed the right password, and signs in to `membership` or joins without one, passes the second step if
/// they have one.
///
/// # Errors
/// `Unauthorized` with `second_step_required` without a code and `bad_code` with a wrong one, `RateLimited`.
pub(crate) async fn pass(
    ctx: &Ctx,
    user: &User,
    code: Option<&str>,
    membership: Option<&Membership>,
    client: &Client,
) -> Result<()> {
    let kept = store::two_factor::get(&mut ctx.db.read().await?, user.id).await?;
    let Some(kept) = kept.filter(|kept| kept.confirmed_at.is_some()) else {
        return Ok(());
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Err(Error::Unauthorized {
            code: "second_step_required",
            message: "Type the code that your authenticator app shows.",
        });
    };
    let now = ctx.clock.now();
    not_locked(&kept, now)?;
    let mut tx = ctx.db.begin().await?;
    let by_app = match step_of(ctx, user.id, &kept, code, now)? {
        Some(step) => store::two_factor::take_step(&mut tx, user.id, step).await?,
        None => false,
    };
    let recovered =
        !by_app && store::two_factor::use_code(&mut tx, user.id, &recovery_hash(code), now).await?;
    let right = by_app || recovered;
    if !right {
        count_failure(&mut tx, user.id, now).await?;
    }
    let action = match (right, recovered) {
        (true, false) => None,
        (true, true) => Some(AuditAction::RecoveryCodeUsed),
        (false, _) => Some(AuditAction::SecondStepFailed),
    };
    if let (Some(action), Some(membership)) = (action, membership) {
        let actor = sessions::before_session(membership, user.id, client);
        let summary = json!({ "device": client.user_agent });
        audit::record(ctx, &mut tx, &actor, action, membership.id.0, summary).await?;
    }
    tx.commit().await?;
    if right {
        Ok(())
    } else {
        Err(Error::Unauthorized {
            code: "bad_code",
            message: "This is not the code that the app shows now, and no recovery code that is left.",
        })
    }
}

fn totp(secret: &[u8], email: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_account_name(email)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(Error::internal)
}

/// The step that a code of the app's belongs to: now, half a minute ago, or in half a minute.
fn step_of(ctx: &Ctx, user: UserId, kept: &TwoFactor, code: &str, now: Time) -> Result<Option<i64>> {
    let secret = ctx.keyring.open(&place(user), &kept.secret)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.millis() / 1000).unwrap_or(0);
    let step = totp(secret.expose_secret(), "")?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn not_locked(kept: &TwoFactor, now: Time) -> Result<()> {
    let left = kept.locked_until.millis() - now.millis();
    match u64::try_from(left) {
        Ok(left) if left > 0 => Err(Error::RateLimited {
            retry_after: Duration::from_millis(left),
        }),
        _ => Ok(()),
    }
}

async fn count_failure(tx: &mut recado_db::Tx, user: UserId, now: Time) -> Result<()> {
    if store::two_factor::failed(tx, user).await? >= MOST_FAILURES {
        store::two_factor::lock_until(tx, user, now.plus(LOCKED_FOR)).await?;
    }
    Ok(())
}

async fn new_codes(tx: &mut recado_db::Tx, user: UserId) -> Result<RecoveryCodes> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let hashes: Vec<_> = codes.iter().map(|code| recovery_hash(code)).collect();
    store::two_factor::set_codes(tx, user, &hashes).await?;
    Ok(RecoveryCodes { codes })
}

/// Letters and digits that are not mistaken for each other, in groups of four.
fn recovery_code() -> String {
    let bytes: [u8; RECOVERY_BYTES] = rand::random();
    let text = Secret::from(bytes.to_vec()).to_base32().to_lowercase();
    let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// However it was typed.
fn recovery_hash(code: &str) -> Vec<u8> {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    tokens::hash(&plain)
}

fn place(user: UserId) -> Place {
    Place {
        table: "two_factor",
        column: "secret",
        row: user.0,
    }
}

fn already_enabled() -> Error {
    Error::conflict("already_enabled", "Signing in takes a code already.")
}

fn not_enabled() -> Error {
    Error::conflict("not_enabled", "Signing in takes no code.")
}

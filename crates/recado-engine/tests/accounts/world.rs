//! A Recado without providers, on a fresh database and a clock moved by hand.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::ops::AsyncFn;
use std::sync::Arc;

use recado_db::Db;
use recado_db::testing::each_engine;
use recado_engine::accounts::{self, SignUp, SignedIn};
use recado_engine::blobs::Blobs;
use recado_engine::invites::{self, Acceptance};
use recado_engine::limits::{LimitSettings, Limits};
use recado_engine::secrets::{Key, Keyring};
use recado_engine::sessions::{self, Client};
use recado_engine::tokens::SessionToken;
use recado_engine::{Ctx, Error, Result, members};
use recado_fetch::Outside;
use recado_jobs::Jobs;
use recado_journal::{Audience, Event, Journal};
use recado_model::{AccountId, Actor, Clock, Ids, MemberId, Role, Time};
use recado_store::members::Member;
use recado_whatsapp::meta::Meta;
use recado_whatsapp::twilio::{Hosts, Twilio};

pub const PASSWORD: &str = "correct horse battery";

/// Tells the story on both engines.
pub async fn story(story: impl AsyncFn(Ctx)) {
    each_engine(recado_store::MIGRATIONS, async |db| story(ctx(db)).await).await;
}

pub fn client() -> Client {
    Client {
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        user_agent: Some("Firefox".to_owned()),
    }
}

pub fn form(email: &str) -> SignUp {
    SignUp {
        account_name: "Lima Flowers".to_owned(),
        name: "Ana Lima".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.into(),
    }
}

/// A new account and its owner.
pub async fn owner(ctx: &Ctx, email: &str) -> Actor {
    let signed_in = accounts::sign_up(ctx, form(email), &client()).await.unwrap();
    actor(ctx, &signed_in.token).await.unwrap()
}

/// Invites and lets accept.
pub async fn join(ctx: &Ctx, by: &Actor, role: Role, email: &str) -> SignedIn {
    let url = invites::create(ctx, by, role, None).await.unwrap().url;
    accept(ctx, token_of(&url), email, PASSWORD).await.unwrap()
}

pub async fn member(ctx: &Ctx, by: &Actor, role: Role, email: &str) -> Actor {
    let signed_in = join(ctx, by, role, email).await;
    actor(ctx, &signed_in.token).await.unwrap()
}

pub async fn accept(ctx: &Ctx, token: &str, email: &str, password: &str) -> Result<SignedIn> {
    let form = Acceptance {
        name: "Bo".to_owned(),
        email: email.to_owned(),
        password: password.into(),
        code: None,
    };
    invites::accept(ctx, token, form, &client()).await
}

pub async fn actor(ctx: &Ctx, token: &SessionToken) -> Result<Actor> {
    sessions::authenticate(ctx, token.expose(), &client())
        .await
        .map(|found| found.actor)
}

pub async fn sign_in(ctx: &Ctx, email: &str, password: &str) -> Result<SignedIn> {
    sessions::sign_in(ctx, email, &password.into(), None, &client()).await
}

pub async fn set_role(ctx: &Ctx, by: &Actor, id: MemberId, role: Role) -> Result<Member> {
    let change = members::Change {
        role: Some(role),
        ..members::Change::default()
    };
    members::change(ctx, by, id, change).await
}

pub fn id(actor: &Actor) -> MemberId {
    actor.member().unwrap()
}

pub fn token_of(url: &str) -> &str {
    url.strip_prefix("https://inbox.example.com/invite/").unwrap()
}

/// The word a client branches on.
pub fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result.unwrap_err() {
        Error::BadInput { field, .. } => field.unwrap_or("bad_request"),
        Error::Unauthorized { code, .. } | Error::Conflict { code, .. } => code,
        Error::Forbidden(_) | Error::NotAllowed(_) => "forbidden",
        Error::NotFound(_) => "not_found",
        Error::RateLimited { .. } => "rate_limited",
        other => panic!("{other:?}"),
    }
}

/// The account's journal after `after`: kinds, whom they are for, bodies.
pub async fn events(ctx: &Ctx, account: AccountId, after: i64) -> Vec<(String, Audience, serde_json::Value)> {
    let mut tx = ctx.db.read().await.unwrap();
    let events = Journal::since(&mut tx, account, after, 1000).await.unwrap();
    let read = |event: Event| {
        (
            event.kind,
            event.audience,
            serde_json::from_str(&event.body).unwrap(),
        )
    };
    events.into_iter().map(read).collect()
}

pub async fn head(ctx: &Ctx, account: AccountId) -> i64 {
    Journal::head(&mut ctx.db.read().await.unwrap(), account)
        .await
        .unwrap()
}

pub fn limits(per_minute: u32) -> Arc<Limits> {
    let n = NonZeroU32::new(per_minute).unwrap();
    Arc::new(Limits::new(&LimitSettings {
        login_per_minute: n,
        login_per_minute_and_email: n,
        sign_up_per_minute: n,
        invite_per_minute: n,
        api_per_minute: n,
    }))
}

fn ctx(db: Db) -> Ctx {
    let clock = Clock::mock(Time::from_seconds(1_800_000_000));
    let ids = Ids::new(clock.clone());
    let http = recado_whatsapp::http_client().unwrap();
    Ctx {
        journal: Journal::new(db.clone(), clock.clone()),
        jobs: Jobs::new(db.clone(), clock.clone(), ids.clone()),
        keyring: Keyring::new(Key::from_bytes([7; 32]), Vec::new()),
        limits: limits(100_000),
        meta: Meta::new(http, "http://127.0.0.1:9", "v24.0").unwrap(),
        twilio: Twilio::new(
            recado_whatsapp::http_client().unwrap(),
            &Hosts::default(),
            "https://inbox.example.com",
        )
        .unwrap(),
        // Nothing is kept there: these stories have no files.
        blobs: Blobs::folder(&std::env::temp_dir()).unwrap(),
        outside: Outside::new(recado_fetch::Settings {
            allow: recado_fetch::Allow::PublicOnly,
            https_only: true,
            connect_timeout: std::time::Duration::from_secs(1),
            total_timeout: std::time::Duration::from_secs(1),
            max_redirects: 0,
        })
        .unwrap(),
        pace: Arc::default(),
        pictures: std::sync::Arc::new(tokio::sync::Semaphore::new(recado_engine::PICTURES)),
        presence: recado_engine::presence::Presence::default(),
        rush: Arc::default(),
        sandboxes: recado_engine::numbers::Sandboxes::default(),
        upkeep: recado_engine::upkeep::Upkeep::default(),
        webhooks: Arc::new(recado_engine::webhooks::Webhooks::new(
            &Journal::new(db.clone(), clock.clone()),
            recado_engine::webhooks::Settings::default(),
        )),
        public_url: "https://inbox.example.com".to_owned(),
        db,
        clock,
        ids,
    }
}

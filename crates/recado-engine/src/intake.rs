//! Webhooks: checked, read, and taken in together with whatever else waits for the same account.
//!
//! [`Intake::receive`] returns only after the commit. Webhooks of an account that wait while another one is
//! being committed share the next transaction and one block of the journal, which is what a busy account lives on.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use recado_db::Engine;
use recado_model::inbound::{Problem, ProblemKind};
use recado_model::{
    AccountId, Actor, Cursor, IntakeId, IntakeState, Json, MetaAppId, NumberId, Page, Provider, Time,
};
use recado_store::intakes::{self, NewIntake};
use recado_store::numbers;
use recado_whatsapp::meta::{self, Handshake};
use recado_whatsapp::twilio::{self, Keys, Signature};
use recado_whatsapp::{NotUnderstood, Parsed};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::task::TaskTracker;

use crate::ingest::{Incoming, Keep, ingest};
use crate::numbers::{app_secret_place, verify_token_place};
use crate::{Ctx, Error, Result};

/// Webhooks taken in by one transaction, at most.
const BATCH: usize = 64;
/// Webhooks that may wait for one worker; more are told to come back.
const WAITING: usize = 512;
/// Accounts are spread over this many workers; one account always meets the same one.
const WORKERS: u64 = 8;
/// Groups that may wait for the disk while the next one is taken in.
const AHEAD: usize = 8;
/// With this many webhooks waiting at once, what is in no hurry steps aside.
const RUSH: usize = 16;
/// Tries of a transaction that lost against another node's.
const TRIES: u32 = 4;
/// How long an app's secrets are remembered, so that not every webhook asks the database for them.
const REMEMBER: Duration = Duration::from_secs(10);
/// One that does not fit may have been changed a moment ago, and is read anew; not more often than this, as anybody can
/// send a wrong signature.
const DOUBT: Duration = Duration::from_secs(1);

/// The way in for webhooks. Clones share the workers.
#[derive(Clone)]
pub struct Intake {
    ctx: Arc<Ctx>,
    workers: Vec<mpsc::Sender<Waiting>>,
    apps: Arc<Mutex<HashMap<MetaAppId, Remembered<App>>>>,
    lines: Arc<Mutex<HashMap<NumberId, Remembered<TwilioLine>>>>,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").finish_non_exhaustive()
    }
}

/// How many webhooks wait for their commit.
#[derive(Debug, Default)]
pub struct Rush(AtomicUsize);

impl Rush {
    /// Whether work that can wait had better wait.
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= RUSH
    }

    fn join(&self) -> Counted<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self)
    }
}

/// One that waits, until this is dropped.
struct Counted<'r>(&'r Rush);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A webhook that waits for its commit.
struct Waiting {
    account: AccountId,
    incoming: Incoming,
    done: oneshot::Sender<Result<()>>,
}

/// Who signs the webhooks of a path.
struct App {
    account: AccountId,
    secret: SecretString,
    verify_token: SecretString,
}

/// Who signs what comes for a number at Twilio.
struct TwilioLine {
    account: AccountId,
    auth_token: SecretString,
}

/// Something read from the store, and when.
type Remembered<T> = (Time, Arc<T>);

/// A request of Twilio's, as it came.
#[derive(Clone, Copy, Debug)]
pub struct TwilioRequest<'a> {
    /// The path and what follows it: `/hooks/twilio/{number}/status?m=…`.
    pub target: &'a str,
    pub query: Option<&'a str>,
    pub signature: Signature<'a>,
}

impl Intake {
    /// Starts the workers. They end when the last clone of this is dropped and all that waits is taken in.
    ///
    /// On SQLite each is a thread of its own: what it does is long for a task, and must not wait behind the requests it
    /// is for. On PostgreSQL it mostly waits for answers, which come to a task without waking another thread.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn start(ctx: &Arc<Ctx>, tasks: &TaskTracker) -> std::io::Result<Self> {
        let workers = (0..WORKERS)
            .map(|_| {
                let (sender, receiver) = mpsc::channel(WAITING);
                let working = work(Arc::clone(ctx), tasks.clone(), receiver);
                if ctx.db.engine() == Engine::Postgres {
                    tasks.spawn(working);
                    return Ok(sender);
                }
                let (runtime, counted) = (Handle::current(), tasks.token());
                std::thread::Builder::new()
                    .name("intake".to_owned())
                    .spawn(move || {
                        runtime.block_on(working);
                        drop(counted);
                    })?;
                Ok(sender)
            })
            .collect::<std::io::Result<_>>()?;
        Ok(Self {
            ctx: Arc::clone(ctx),
            workers,
            apps: Arc::default(),
            lines: Arc::default(),
        })
    }

    /// Takes in one POST; when this returns, it is durable.
    ///
    /// # Errors
    /// `NotFound` for the app, `Unauthorized` for the signature (nothing is kept then), `Unavailable` when it
    /// could not be kept and the provider shall come back.
    pub async fn receive(&self, app: MetaAppId, signature: Option<&[u8]>, body: Vec<u8>) -> Result<()> {
        let signature = signature.unwrap_or_default();
        let fits = |app: &App| meta::verify_signature(app.secret.expose_secret(), &body, signature);
        let mut known = self.app(app, REMEMBER).await?;
        if !fits(&known) {
            known = self.app(app, DOUBT).await?;
            if !fits(&known) {
                return Err(bad_signature());
            }
        }
        let incoming = Incoming {
            id: self.ctx.ids.next(),
            provider: Provider::Meta,
            source: app.0,
            parsed: meta::parse(&body),
            body,
            query: None,
            received_at: self.ctx.clock.now(),
            keep: Keep::New,
        };
        self.take_in(known.account, incoming).await
    }

    /// Takes in one POST of Twilio's for a number of ours; when this returns, it is durable.
    ///
    /// # Errors
    /// As [`Intake::receive`].
    pub async fn receive_twilio(
        &self,
        number: NumberId,
        request: TwilioRequest<'_>,
        body: Vec<u8>,
    ) -> Result<()> {
        let form = twilio::read_form(&body);
        let url = format!("{}{}", self.ctx.public_url, request.target);
        let fits = |line: &TwilioLine| {
            let tokens = [line.auth_token.expose_secret()];
            let keys = Keys {
                tokens: &tokens,
                shared: None,
            };
            twilio::verify_signature(keys, &url, twilio::Body::Form(&form), request.signature)
        };
        let mut line = self.line(number, REMEMBER).await?;
        if !fits(&line) {
            line = self.line(number, DOUBT).await?;
            if !fits(&line) {
                return Err(bad_signature());
            }
        }
        let incoming = Incoming {
            id: self.ctx.ids.next(),
            provider: Provider::Twilio,
            source: number.0,
            parsed: read(Provider::Twilio, &body, request.query),
            body,
            query: request.query.map(str::to_owned),
            received_at: self.ctx.clock.now(),
            keep: Keep::New,
        };
        self.take_in(line.account, incoming).await
    }

    /// What to answer Meta when it asks whether this address is ours; none if it is not.
    pub async fn handshake(&self, app: MetaAppId, question: &Handshake) -> Result<Option<String>> {
        let answer = |app: &App| {
            question
                .answer(app.verify_token.expose_secret())
                .map(str::to_owned)
        };
        if let Some(answer) = answer(&*self.app(app, REMEMBER).await?) {
            return Ok(Some(answer));
        }
        // Meta asks once, at the moment a new token was kept.
        Ok(answer(&*self.app(app, Duration::ZERO).await?))
    }

    /// Reads a kept body again, as if it came now: after a number was connected or a mistake of ours was mended.
    /// What was taken in before changes nothing.
    pub async fn replay(&self, actor: &Actor, id: IntakeId) -> Result<intakes::Intake> {
        let mut tx = self.ctx.db.read().await?;
        let kept = intakes::body(&mut tx, actor.account, id)
            .await?
            .ok_or(Error::NotFound("intake"))?;
        drop(tx);
        let incoming = Incoming {
            id,
            provider: kept.provider,
            source: kept.source_id,
            parsed: read(kept.provider, &kept.body, kept.query.as_deref()),
            body: kept.body,
            query: kept.query,
            received_at: self.ctx.clock.now(),
            keep: Keep::Again,
        };
        self.take_in(actor.account, incoming).await?;
        get(&self.ctx, actor, id).await.map(|detail| detail.intake)
    }

    async fn take_in(&self, account: AccountId, incoming: Incoming) -> Result<()> {
        let _counted = self.ctx.rush.join();
        let mut hasher = DefaultHasher::new();
        account.hash(&mut hasher);
        let worker = &self.workers[usize::try_from(hasher.finish() % WORKERS).unwrap_or(0)];
        let (done, answer) = oneshot::channel();
        worker
            .try_send(Waiting {
                account,
                incoming,
                done,
            })
            .map_err(|_| busy("too many webhooks are waiting"))?;
        answer.await.unwrap_or_else(|_| Err(busy("the worker ended")))
    }

    async fn app(&self, id: MetaAppId, at_most: Duration) -> Result<Arc<App>> {
        let now = self.ctx.clock.now();
        if let Some(app) = remembered(&self.apps, &id, now, at_most) {
            return Ok(app);
        }
        let mut tx = self.ctx.db.read().await?;
        let row = numbers::app(&mut tx, id)
            .await?
            .ok_or(Error::NotFound("webhook address"))?;
        drop(tx);
        let open = |place, sealed: &[u8]| {
            self.ctx
                .keyring
                .open_text(&place, sealed)
                .map_err(Error::internal)
        };
        let app = App {
            account: row.account_id,
            secret: open(app_secret_place(id), &row.app_secret)?,
            verify_token: open(verify_token_place(id), &row.verify_token)?,
        };
        Ok(remember(&self.apps, id, now, app))
    }

    async fn line(&self, id: NumberId, at_most: Duration) -> Result<Arc<TwilioLine>> {
        let now = self.ctx.clock.now();
        if let Some(line) = remembered(&self.lines, &id, now, at_most) {
            return Ok(line);
        }
        let mut tx = self.ctx.db.read().await?;
        let (account, ..) = numbers::owner(&mut tx, id)
            .await?
            .ok_or(Error::NotFound("webhook address"))?;
        let kept = numbers::twilio(&mut tx, account)
            .await?
            .ok_or(Error::NotFound("webhook address"))?;
        drop(tx);
        let line = TwilioLine {
            account,
            auth_token: crate::line::twilio_account(&self.ctx, kept)?.auth_token,
        };
        Ok(remember(&self.lines, id, now, line))
    }
}

fn remembered<K: Eq + Hash, T>(
    known: &Mutex<HashMap<K, Remembered<T>>>,
    id: &K,
    now: Time,
    at_most: Duration,
) -> Option<Arc<T>> {
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let (at, value) = known.get(id)?;
    (now.since(*at) < at_most).then(|| Arc::clone(value))
}

/// Only what exists is remembered, so this is bounded by what is connected.
fn remember<K: Eq + Hash, T>(known: &Mutex<HashMap<K, Remembered<T>>>, id: K, now: Time, value: T) -> Arc<T> {
    let value = Arc::new(value);
    known
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(id, (now, Arc::clone(&value)));
    value
}

/// What a body says.
fn read(provider: Provider, body: &[u8], query: Option<&str>) -> std::result::Result<Parsed, NotUnderstood> {
    match provider {
        Provider::Meta => meta::parse(body),
        Provider::Twilio => {
            let query = twilio::read_form(query.unwrap_or_default().as_bytes());
            let callback = query.iter().find(|(name, _)| name == "m");
            Ok(twilio::parse(
                &twilio::read_form(body),
                callback.map(|(_, value)| value.as_str()),
            ))
        }
    }
}

fn bad_signature() -> Error {
    Error::Unauthorized {
        code: "bad_signature",
        message: "The signature does not match the body.",
    }
}

/// A kept POST with its body.
#[derive(Clone, Debug)]
pub struct Detail {
    pub intake: intakes::Intake,
    pub body: Vec<u8>,
}

/// Webhooks that could not be understood or routed, newest first.
pub async fn rejected(ctx: &Ctx, actor: &Actor, cursor: Cursor, limit: i64) -> Result<Page<intakes::Intake>> {
    let mut tx = ctx.db.read().await?;
    let rows = intakes::rejected(&mut tx, actor.account, cursor, limit + 1).await?;
    Ok(Page::from_rows(rows, limit, |intake| Cursor {
        at: intake.received_at,
        id: intake.id.0,
    }))
}

pub async fn get(ctx: &Ctx, actor: &Actor, id: IntakeId) -> Result<Detail> {
    let mut tx = ctx.db.read().await?;
    let intake = intakes::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("intake"))?;
    let body = intakes::body(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("intake"))?
        .body;
    Ok(Detail { intake, body })
}

/// One worker: takes what waits, account by account, in the order it came.
async fn work(ctx: Arc<Ctx>, tasks: TaskTracker, mut waiting: mpsc::Receiver<Waiting>) {
    let ahead = Arc::new(Semaphore::new(AHEAD));
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        metrics::histogram!("intake_batch_size").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        batch.sort_by_key(|one| one.account);
        while let Some(account) = batch.first().map(|one| one.account) {
            let others = batch.split_off(batch.partition_point(|one| one.account == account));
            let group = std::mem::replace(&mut batch, others);
            let permit = Arc::clone(&ahead).acquire_owned().await;
            if let Some((committed, askers)) = take_in_group(&ctx, account, group).await {
                tasks.spawn(async move {
                    settle(account, &committed.await, askers);
                    drop(permit);
                });
            }
        }
    }
}

/// Those who wait for an answer.
type Askers = Vec<oneshot::Sender<Result<()>>>;

/// What is done when a commit is on the disk.
type Committed = Pin<Box<dyn Future<Output = recado_db::Result<()>> + Send>>;

/// Takes in webhooks of one account together. Answers whoever waits, or says who is to be answered once the commit is
/// on the disk. If they fail together for a reason that lies in one of them, each is tried on its own.
async fn take_in_group(ctx: &Ctx, account: AccountId, group: Vec<Waiting>) -> Option<(Committed, Askers)> {
    let (incoming, askers): (Vec<Incoming>, Askers) =
        group.into_iter().map(|one| (one.incoming, one.done)).unzip();
    match attempt(ctx, account, &incoming).await {
        Ok(committed) => return Some((committed, askers)),
        Err(Error::Unavailable(error)) => settle(account, &Err(error), askers),
        Err(error) => {
            tracing::error!(%account, error = ?error, webhooks = incoming.len(), "webhooks could not be taken in");
            for (one, done) in incoming.iter().zip(askers) {
                let result = match alone(ctx, account, one).await {
                    Err(Error::Unavailable(error)) => Err(Error::Unavailable(error)),
                    Err(error) => keep_unread(ctx, account, one, &error).await,
                    Ok(()) => Ok(()),
                };
                drop(done.send(result));
            }
        }
    }
    None
}

async fn alone(ctx: &Ctx, account: AccountId, one: &Incoming) -> Result<()> {
    let committed = attempt(ctx, account, std::slice::from_ref(one)).await?;
    Ok(committed.await?)
}

fn settle(account: AccountId, result: &recado_db::Result<()>, askers: Askers) {
    if let Err(error) = result {
        tracing::warn!(%account, %error, "webhooks could not be kept, the provider will come back");
    }
    for done in askers {
        // Whoever asked may have gone: the provider will then see a duplicate as such.
        drop(done.send(result.clone().map_err(Error::Unavailable)));
    }
}

/// One transaction, again if it lost against another one.
async fn attempt(ctx: &Ctx, account: AccountId, batch: &[Incoming]) -> Result<Committed> {
    let mut tries = 0;
    loop {
        tries += 1;
        match once(ctx, account, batch).await {
            Err(Error::Unavailable(recado_db::Error::Retry(_))) if tries < TRIES => {}
            result => return result,
        }
    }
}

async fn once(ctx: &Ctx, account: AccountId, batch: &[Incoming]) -> Result<Committed> {
    let mut tx = ctx.db.begin().await?;
    ingest(ctx, &mut tx, account, batch).await?;
    match tx.engine() {
        // The next ones are taken in while the disk is busy with these.
        Engine::Sqlite => Ok(tx.submit()?),
        // The next ones would wait for these, and a server that finds a conflict only now is asked again.
        Engine::Postgres => {
            tx.commit().await?;
            Ok(Box::pin(std::future::ready(Ok(()))))
        }
    }
}

/// A webhook that we cannot digest for a reason of our own is kept like one that nobody can: the provider must
/// not repeat it for a week, and it can be replayed after a fix.
async fn keep_unread(ctx: &Ctx, account: AccountId, one: &Incoming, error: &Error) -> Result<()> {
    let now = ctx.clock.now();
    let problem = Problem {
        what: ProblemKind::Internal,
        detail: format!("{error} Replay it after an update."),
        number: None,
    };
    let problems = Some(Json(vec![problem]));
    let mut tx = ctx.db.begin().await?;
    if one.keep == Keep::Again {
        intakes::replayed(&mut tx, account, one.id, IntakeState::Rejected, problems, now).await?;
    } else {
        let new = NewIntake {
            account,
            id: one.id,
            provider: one.provider,
            source: one.source,
            state: IntakeState::Rejected,
            problems,
            body: one.body.clone(),
            query: one.query.clone(),
            received_at: one.received_at,
        };
        intakes::insert(&mut tx, &[new])?;
    }
    tx.commit().await?;
    Ok(())
}

fn busy(why: &str) -> Error {
    Error::Unavailable(recado_db::Error::Unavailable(why.to_owned()))
}

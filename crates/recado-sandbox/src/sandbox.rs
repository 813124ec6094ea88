//! The handle on a running sandbox. What its methods do is what `/sandbox/api` does over HTTP.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, middleware, routing::get};
use tokio::{net::TcpListener, sync::broadcast::error::RecvError, task::JoinHandle};
use tokio_util::sync::DropGuard;

use crate::{
    api,
    chat::{self, NewPhone},
    config::Config,
    customer::{self, Act},
    error::{Error, Result},
    faults::{self, Fault, connection::Plugged},
    graph,
    line::Line,
    lookaside, page,
    store::{
        Store, media,
        messages::{self, PhoneMessage, Sent},
        phones::{self, Phone},
        settings,
    },
    twilio,
    webhook::deliver,
    world::{Event, Webhook, World},
};

/// A running sandbox. Dropping it stops it without waiting.
pub struct Sandbox {
    world: Arc<World>,
    address: SocketAddr,
    url: String,
    serving: JoinHandle<()>,
    delivering: [JoinHandle<()>; 2],
    /// Stops both when the handle goes.
    _stop: DropGuard,
}

impl Sandbox {
    /// Opens the store, listens, and starts delivering what an earlier run left over.
    pub async fn start(config: Config) -> Result<Self> {
        if !config.allow_remote && !config.listen.ip().is_loopback() {
            return Err(Error::NotLoopback(config.listen));
        }
        if config.business.digits().is_empty() {
            let message = "must hold the digits of a number".to_owned();
            return Err(Error::Invalid {
                field: "display_phone",
                message,
            });
        }
        let Config {
            listen,
            store,
            business,
            twilio,
            webhook_url,
            seed,
            http,
            clock,
            retry,
            ..
        } = config;
        let now = clock();
        let store = tokio::task::spawn_blocking(move || Store::open(&store, now, &seed))
            .await
            .map_err(|_| Error::Stopping)??;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| Error::Listen(listen, error))?;
        let address = listener
            .local_addr()
            .map_err(|error| Error::Listen(listen, error))?;
        let world = Arc::new(World::new(business, twilio, store, http, clock, retry));
        let url = format!("http://{address}");
        world.listens_at(url.clone());
        let stop = world.stopping.clone().drop_guard();

        let saved = world.read(|tx| settings::get(tx, settings::CALLBACK)).await?;
        if let Some(url) = webhook_url
            && saved.as_ref() != Some(&url)
        {
            connect(&world, &url).await?;
        }
        let at_twilio = world.twilio.as_ref().and_then(|line| line.webhook_url.clone());
        if let Some(url) = at_twilio {
            connect_twilio(&world, &url).await?;
        }

        let stopping = world.stopping.clone();
        let service =
            router(Arc::clone(&world)).into_make_service_with_connect_info::<faults::connection::Plug>();
        let serve =
            axum::serve(Plugged(listener), service).with_graceful_shutdown(stopping.cancelled_owned());
        let serving = tokio::spawn(async move {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        let delivering =
            [Line::Meta, Line::Twilio].map(|line| tokio::spawn(deliver::run(Arc::clone(&world), line)));
        Ok(Self {
            world,
            address,
            url,
            serving,
            delivering,
            _stop: stop,
        })
    }

    /// `http://127.0.0.1:PORT`: the base of the Graph API; the page is at `/sandbox` below it.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more calls, lets those under way finish, closes the store. What was not delivered waits for the next
    /// start.
    pub async fn stop(self) {
        let Self {
            world,
            serving,
            delivering,
            _stop: stop,
            ..
        } = self;
        drop(stop);
        for task in [serving].into_iter().chain(delivering) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the sandbox ended badly");
            }
        }
        drop(world);
    }

    /// Saves the webhook URL after the receiver passed the handshake, and delivers what waited for it.
    pub async fn connect(&self, url: &str) -> Result<()> {
        connect(&self.world, url).await
    }

    /// Where Twilio posts from now on; without a handshake, as Twilio has none. The URL is signed as it stands here.
    pub async fn connect_twilio(&self, webhook_url: &str) -> Result<()> {
        connect_twilio(&self.world, webhook_url).await
    }

    pub async fn webhook(&self) -> Result<Webhook> {
        let world = Arc::clone(&self.world);
        self.world.read(move |tx| world.webhook(tx)).await
    }

    /// Puts this JSON on the wire as Meta would write and sign it, once; the HTTP status that came back.
    pub async fn post_raw(&self, body: &serde_json::Value) -> Result<u16> {
        api::post_raw(&self.world, &body.to_string()).await
    }

    /// All phones, the one last written with first.
    pub async fn phones(&self) -> Result<Vec<Phone>> {
        self.world.read(phones::list).await
    }

    pub async fn phone(&self, wa_id: &str) -> Result<Phone> {
        let wa_id = wa_id.to_owned();
        self.world.read(move |tx| phones::shown(tx, &wa_id)).await
    }

    /// A new customer, with a random free number unless one is given.
    pub async fn add_phone(&self, name: &str, number: Option<&str>) -> Result<Phone> {
        let (name, number) = (name.to_owned(), number.map(str::to_owned));
        self.world
            .change(move |change| {
                let new = NewPhone {
                    name: &name,
                    number: number.as_deref(),
                    ..NewPhone::default()
                };
                chat::add_phone(change, &new)
            })
            .await
    }

    /// The customer writes to the business.
    pub async fn say(&self, wa_id: &str, text: &str) -> Result<PhoneMessage> {
        let (wa_id, text) = (wa_id.to_owned(), text.to_owned());
        self.world
            .change(move |change| customer::act(change, &wa_id, &Act::text(&text, None)))
            .await
    }

    /// The customer writes, quoting a message of the chat.
    pub async fn reply(&self, wa_id: &str, text: &str, reply_to: &str) -> Result<PhoneMessage> {
        let (wa_id, text, reply_to) = (wa_id.to_owned(), text.to_owned(), reply_to.to_owned());
        self.world
            .change(move |change| customer::act(change, &wa_id, &Act::text(&text, Some(&reply_to))))
            .await
    }

    /// The customer does anything that `POST /sandbox/api/phones/{wa_id}/messages` takes.
    pub async fn act(&self, wa_id: &str, what: serde_json::Value) -> Result<PhoneMessage> {
        let (wa_id, act): (String, Act) = (wa_id.to_owned(), serde_json::from_value(what)?);
        self.world
            .change(move |change| customer::act(change, &wa_id, &act))
            .await
    }

    /// The bytes of a file of a chat, by the id in the message's content.
    pub async fn media(&self, id: &str) -> Result<Option<Vec<u8>>> {
        let id = id.to_owned();
        let found = self.world.read(move |tx| media::find(tx, &id)).await?;
        Ok(found.map(|file| file.bytes))
    }

    /// From now on, until its times are used up or it is called off.
    pub fn add_fault(&self, fault: Fault) -> Fault {
        let fault = self.world.faults.add(fault);
        self.world.say(Event::Faults);
        fault
    }

    pub fn clear_faults(&self) {
        self.world.faults.remove(None);
        self.world.say(Event::Faults);
    }

    /// The whole chat as the phone shows it, oldest first.
    pub async fn phone_messages(&self, wa_id: &str) -> Result<Vec<PhoneMessage>> {
        let wa_id = wa_id.to_owned();
        self.world
            .read(move |tx| {
                phones::get(tx, &wa_id)?;
                messages::chat(tx, &wa_id, None, i64::MAX)
            })
            .await
    }

    /// The customer looks at the chat: what arrived is read.
    pub async fn open_chat(&self, wa_id: &str) -> Result<Phone> {
        let wa_id = wa_id.to_owned();
        self.world
            .change(move |change| chat::open(change, &wa_id, None))
            .await
    }

    /// An offline phone gets nothing and cannot write; on coming back it gets what waited.
    pub async fn set_online(&self, wa_id: &str, online: bool) -> Result<()> {
        let wa_id = wa_id.to_owned();
        self.world
            .change(move |change| chat::set_online(change, &wa_id, online))
            .await
    }

    /// Whether everything that arrives is read at once.
    pub async fn set_auto_read(&self, wa_id: &str, auto_read: bool) -> Result<()> {
        let wa_id = wa_id.to_owned();
        self.world
            .change(move |change| chat::set_auto_read(change, &wa_id, auto_read))
            .await
    }

    /// Every send the API accepted, oldest first, failed ones included.
    pub async fn sends(&self) -> Result<Vec<Sent>> {
        self.world.read(|tx| messages::sends(tx, None)).await
    }

    /// The accepted sends with this `biz_opaque_callback_data`: more than one means a message was sent twice.
    pub async fn sends_with(&self, callback: &str) -> Result<Vec<Sent>> {
        let callback = callback.to_owned();
        self.world
            .read(move |tx| messages::sends(tx, Some(&callback)))
            .await
    }

    /// Asks `check` now and after everything that happens here, until it finds what it looks for.
    ///
    /// # Errors
    /// [`Error::Late`] naming `what` when that takes longer than `within`; whatever `check` answers.
    pub async fn wait_for<T>(
        &self,
        what: &'static str,
        within: Duration,
        mut check: impl AsyncFnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let waiting = async {
            let mut events = self.world.listen();
            loop {
                if let Some(found) = check(self).await? {
                    return Ok(found);
                }
                if let Err(RecvError::Closed) = events.recv().await {
                    return Err(Error::Stopping);
                }
            }
        };
        tokio::time::timeout(within, waiting)
            .await
            .unwrap_or(Err(Error::Late(what)))
    }

    /// Waits until the phone shows a message of the business with this text.
    pub async fn wait_for_message(&self, wa_id: &str, text: &str, within: Duration) -> Result<PhoneMessage> {
        self.wait_for("a message of the business", within, async |sandbox| {
            let chat = sandbox.phone_messages(wa_id).await?;
            Ok(chat
                .into_iter()
                .find(|message| message.from_business && message.text == text))
        })
        .await
    }

    /// Waits until the receiver has acknowledged everything that happened.
    pub async fn wait_delivered(&self, within: Duration) -> Result<()> {
        self.wait_for("every webhook to be answered 200", within, async |sandbox| {
            Ok((sandbox.webhook().await?.outstanding == 0).then_some(()))
        })
        .await
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

async fn connect(world: &Arc<World>, url: &str) -> Result<()> {
    deliver::handshake(world, url, &world.business.verify_token).await?;
    let url = url.to_owned();
    world
        .change(move |change| {
            settings::set(change.tx, settings::CALLBACK, Some(&url))?;
            settings::set(change.tx, settings::UNSUBSCRIBED, None)?;
            change.tell_webhook()
        })
        .await?;
    world.connected(Line::Meta).notify_one();
    Ok(())
}

pub(crate) async fn connect_twilio(world: &Arc<World>, url: &str) -> Result<()> {
    if world.twilio.is_none() {
        return Err(Error::NoTwilio);
    }
    if reqwest::Url::parse(url).is_err() {
        return Err(Error::Invalid {
            field: "url",
            message: "is no URL".to_owned(),
        });
    }
    let url = url.to_owned();
    world
        .change(move |change| {
            settings::set(change.tx, settings::TWILIO_CALLBACK, Some(&url))?;
            change.tell_webhook()
        })
        .await?;
    world.connected(Line::Twilio).notify_one();
    Ok(())
}

fn router(world: Arc<World>) -> Router {
    let at_meta = graph::router()
        .route("/lookaside/attachments/{id}", get(lookaside::download))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(&world),
            faults::apply::meta,
        ));
    let at_twilio = twilio::router().route_layer(middleware::from_fn_with_state(
        Arc::clone(&world),
        faults::apply::twilio,
    ));
    Router::new()
        .route("/", get(page::home))
        .nest("/sandbox/api", api::router())
        // Two segments, like objects of the Graph API.
        .route("/sandbox/{phone}", get(page::files))
        .route("/assets/{*file}", get(page::files))
        .merge(at_meta)
        .merge(at_twilio)
        .fallback(page::files)
        .with_state(world)
}

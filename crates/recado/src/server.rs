//! The HTTP server loop: accepts, serves each connection with the router, and stops in good order.
//!
//! `axum::serve` would do but for three things: it sets no time for the head of a request on connections that idle, it
//! has no bound on connections, and its tasks cannot be cut off.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;
use tracing::{debug, warn};

use crate::lifecycle::{Lifecycle, Stage};

/// Pause after the operating system refused a connection, most often for want of file descriptors.
const REFUSED: Duration = Duration::from_millis(500);

/// What one client may hold.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Time for the head of a request, and for a kept-alive connection between two requests.
    pub header_timeout: Duration,
    /// Connections open at once; more wait in the operating system's queue.
    pub connections: usize,
}

/// A listener that is bound, and serves nobody yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    pub address: SocketAddr,
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {}", reason(.error))]
pub struct BindError {
    address: SocketAddr,
    #[source]
    error: std::io::Error,
}

/// Takes the address, so that it is known before anything is started; port 0 becomes a free one.
pub async fn bind(address: SocketAddr) -> Result<Bound, BindError> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Bound { listener, address })
    };
    bound.await.map_err(|error| BindError { address, error })
}

/// Serves until the front is told to stop; then lets requests under way finish. Requests carry `ConnectInfo<SocketAddr>`.
pub fn serve(life: &Lifecycle, name: &'static str, bound: Bound, router: Router, bounds: Bounds) {
    let server = Server {
        life: life.clone(),
        router,
        header_timeout: bounds.header_timeout,
    };
    let places = Arc::new(Semaphore::new(bounds.connections.min(Semaphore::MAX_PERMITS)));
    let stop = life.stopping(Stage::Front);
    life.spawn(Stage::Front, name, async move {
        stop.run_until_cancelled(server.accept(bound.listener, places))
            .await;
        Ok::<_, Infallible>(())
    });
}

#[derive(Clone)]
struct Server {
    life: Lifecycle,
    router: Router,
    header_timeout: Duration,
}

impl Server {
    async fn accept(self, listener: TcpListener, places: Arc<Semaphore>) {
        loop {
            // Never closed, so there is always a place sooner or later.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let _ = stream.set_nodelay(true);
                    self.life
                        .tasks(Stage::Front)
                        .spawn(self.clone().connection(stream, peer, place));
                }
                Err(error) if gave_up(&error) => debug!(%error, "a client left before it was accepted"),
                Err(error) => {
                    warn!(%error, "cannot accept connections for a moment");
                    tokio::time::sleep(REFUSED).await;
                }
            }
        }
    }

    async fn connection(self, stream: TcpStream, peer: SocketAddr, _place: OwnedSemaphorePermit) {
        let router = self.router;
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request.map(Body::new))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let (stop, hard) = (self.life.stopping(Stage::Front), self.life.hard());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => ended,
                    () = hard.cancelled() => return,
                }
            }
        };
        if let Err(error) = ended {
            debug!(%peer, %error, "connection ended early");
        }
    }
}

/// Errors of `accept` that concern one client only.
fn gave_up(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "address in use: another program, perhaps another Recado, listens there. Stop it, or choose another address with --listen".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "permission denied: ports below 1024 belong to the system. Choose another with --listen, and put a proxy in front".to_owned()
        }
        ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::{Notify, mpsc};

    use super::*;
    use crate::lifecycle::Outcome;

    const BOUNDS: Bounds = Bounds {
        header_timeout: Duration::from_mins(1),
        connections: 100,
    };

    struct Running {
        address: SocketAddr,
        life: Lifecycle,
    }

    async fn start(router: Router, bounds: Bounds) -> Running {
        let bound = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let (address, life) = (bound.address, Lifecycle::new());
        serve(&life, "test server", bound, router, bounds);
        Running { address, life }
    }

    impl Running {
        async fn stop(self) -> Outcome {
            self.life.stop();
            let (_signal, signals) = mpsc::channel(1);
            self.life.run(signals, Duration::from_hours(1), async {}).await
        }

        async fn ask(&self, text: &str) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            stream
        }
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn a_request_is_answered_and_knows_its_peer() {
        let router = Router::new().route(
            "/",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
        );
        let running = start(router, BOUNDS).await;
        let stream = running
            .ask("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await;
        let answer = rest(stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"),
            "{answer}"
        );
        assert_eq!(running.stop().await, Outcome::Clean);
    }

    #[tokio::test]
    async fn stopping_waits_for_the_request_under_way_and_not_for_idle_connections() {
        let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inside, go_on) = (Arc::clone(&entered), Arc::clone(&release));
        let router = Router::new().route(
            "/",
            get(move || async move {
                inside.notify_one();
                go_on.notified().await;
                "done"
            }),
        );
        let running = start(router, BOUNDS).await;
        let idle = running.ask("").await;
        let slow = running.ask("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        entered.notified().await;
        let address = running.address;
        let stop = running.life.stopping(Stage::Front);
        let stopped = tokio::spawn(running.stop());
        stop.cancelled().await;
        assert_eq!(rest(idle).await, "", "the idle connection is closed at once");
        release.notify_one();
        assert!(rest(slow).await.ends_with("done"));
        assert_eq!(stopped.await.unwrap(), Outcome::Clean);
        assert!(
            TcpStream::connect(address).await.is_err(),
            "nothing is accepted any more"
        );
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_closed() {
        let bounds = Bounds {
            header_timeout: Duration::from_millis(50),
            ..BOUNDS
        };
        let running = start(Router::new(), bounds).await;
        let slow = running.ask("GET / HTTP/1.1\r\nhost: ").await;
        rest(slow).await; // comes back only because the server closed it
        assert_eq!(running.stop().await, Outcome::Clean);
    }

    #[tokio::test]
    async fn connections_over_the_bound_wait_for_a_place() {
        let running = start(
            Router::new().route("/", get(|| async { "hello" })),
            Bounds {
                connections: 1,
                ..BOUNDS
            },
        )
        .await;
        let first = running.ask("GET / HTTP/1.1\r\nhost: a\r\n").await;
        let second = running
            .ask("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await;
        drop(first);
        assert!(rest(second).await.ends_with("hello"));
        assert_eq!(running.stop().await, Outcome::Clean);
    }

    #[tokio::test]
    async fn an_address_in_use_is_told_in_words() {
        let first = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let words = bind(first.address).await.unwrap_err().to_string();
        assert!(
            words.starts_with(&format!("cannot listen on {}: address in use", first.address)),
            "{words}"
        );
    }
}

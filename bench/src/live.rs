//! From a webhook to every agent's screen: a steady stream of messages, and sockets that all must hear of each.
//!
//! The load is open-loop: each message has its time, and latency counts from that time, so a server that stalls is
//! charged for everything that came due meanwhile.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use recado_model::Clock;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::figures::{Figures, millis, number};
use crate::flood::histogram;
use crate::http::Connection;
use crate::recado::Installation;
use crate::webhooks::{Webhooks, number_in};
use crate::{Plan, Result};

/// Connections for posting; more than the stream needs even when the server is slow.
const POSTERS: usize = 64;
/// Time for the last frames to come, after the last message was due.
const PATIENCE: Duration = Duration::from_secs(30);

/// A live socket that said hello.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The number of the latest frame.
    seq: i64,
}

/// When each message is due.
#[derive(Debug, Clone, Copy)]
struct Schedule {
    start: Instant,
    every: Duration,
    count: usize,
    /// The first that counts.
    measured_from: usize,
}

pub async fn measure(plan: &Plan, binary: &Path, data: &Path, figures: &mut Figures) -> Result<()> {
    let installation = Installation::new(binary, data, None);
    let account = installation.furnish().await?;
    let server = installation.serve().await?;

    let (rate, warm_up) = (plan.live_rate.get(), plan.warm_up.get());
    let count = usize::try_from((warm_up + plan.live_seconds.get()) * rate)?;
    let webhooks = Arc::new(Webhooks::sign(
        &account,
        count,
        Clock::System.now().millis() / 1000,
    )?);
    let mut sockets = Vec::new();
    for _ in 0..plan.agents.get() {
        sockets.push(Socket::open(server.address, &account.api_key).await?);
    }

    let schedule = Schedule {
        start: Instant::now() + Duration::from_millis(200),
        every: Duration::from_secs(1) / u32::try_from(rate)?,
        count,
        measured_from: usize::try_from(warm_up * rate)?,
    };
    let mut watching = JoinSet::new();
    for socket in sockets {
        watching.spawn(socket.watch(schedule));
    }
    let answers = post_all(server.address, &webhooks, schedule).await?;
    let mut latency = histogram()?;
    while let Some(watched) = watching.join_next().await {
        latency.add(&watched??)?;
    }
    let resident = server.resident()?;
    server.stop().await?;

    figures.set("live_agents", number(plan.agents.get())?);
    figures.set("live_messages_per_s", number(rate)?);
    figures.set("live_p50_ms", millis(latency.value_at_quantile(0.5))?);
    figures.set("live_p99_ms", millis(latency.value_at_quantile(0.99))?);
    figures.set("live_max_ms", millis(latency.max())?);
    figures.set("live_webhook_p99_ms", millis(answers.value_at_quantile(0.99))?);
    figures.set("rss_after_live_mib", resident);
    eprintln!(
        "live      p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms; every agent heard of all {count} messages once and in order",
        millis(latency.value_at_quantile(0.5))?,
        millis(latency.value_at_quantile(0.99))?,
        millis(latency.max())?,
    );
    Ok(())
}

impl Socket {
    /// Opens it and waits for the first frame.
    pub async fn open(address: SocketAddr, key: &str) -> Result<Self> {
        let mut request = format!("ws://{address}/api/v1/live").into_client_request()?;
        let key = HeaderValue::from_str(&format!("Bearer {key}"))?;
        request.headers_mut().insert("authorization", key);
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(16 << 10);
        let (stream, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let mut socket = Self { stream, seq: 0 };
        let hello = socket.next_frame().await?;
        if !hello.starts_with(r#"{"type":"hello","#) {
            return Err(format!("the first frame is no hello: {hello}").into());
        }
        socket.seq = seq_of(&hello).ok_or("a hello without seq")?;
        Ok(socket)
    }

    /// Hears of every message; returns the time each took, in microseconds, from when it was due.
    async fn watch(mut self, schedule: Schedule) -> Result<Histogram<u64>> {
        let mut latency = histogram()?;
        let mut heard = vec![false; schedule.count];
        let mut left = schedule.count;
        let end = schedule.due(schedule.count) + PATIENCE;
        while left > 0 {
            let frame = tokio::time::timeout_at(end.into(), self.next_frame())
                .await
                .map_err(|_| format!("{left} of {} messages never came", schedule.count))??;
            let now = Instant::now();
            let seq = seq_of(&frame).ok_or_else(|| format!("a frame without seq: {frame}"))?;
            if seq != self.seq + 1 {
                return Err(format!("frame {seq} came after frame {}", self.seq).into());
            }
            self.seq = seq;
            let Some(number) = number_in(frame.as_bytes()) else {
                continue;
            };
            if std::mem::replace(heard.get_mut(number).ok_or("a message nobody sent")?, true) {
                return Err(format!("message {number} came twice").into());
            }
            left -= 1;
            if number >= schedule.measured_from {
                let took = now.saturating_duration_since(schedule.due(number));
                latency.record(u64::try_from(took.as_micros())?.max(1))?;
            }
        }
        self.stream.send(Message::Close(None)).await?;
        Ok(latency)
    }

    async fn next_frame(&mut self) -> Result<tokio_tungstenite::tungstenite::Utf8Bytes> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => return Err(format!("a frame that is no text: {other:?}").into()),
                Some(Err(error)) => return Err(error.into()),
                None => return Err("the server closed a socket".into()),
            }
        }
    }

    /// Reads on, so that pings are answered, until it is dropped.
    pub async fn idle(mut self) -> Result<()> {
        loop {
            self.next_frame().await?;
        }
    }
}

impl Schedule {
    fn due(&self, number: usize) -> Instant {
        // As many as are scheduled fit u32, or they would never be done.
        self.start + self.every * u32::try_from(number).unwrap_or(u32::MAX)
    }
}

/// Posts each when it is due. Returns the time from then to the 200, in microseconds.
async fn post_all(
    address: SocketAddr,
    webhooks: &Arc<Webhooks>,
    schedule: Schedule,
) -> Result<Histogram<u64>> {
    let (due, numbers) = mpsc::unbounded_channel();
    // The timer of the runtime counts whole milliseconds; a thread's sleep is finer.
    let scheduler = std::thread::spawn(move || {
        for number in 0..schedule.count {
            std::thread::sleep(schedule.due(number).saturating_duration_since(Instant::now()));
            if due.send(number).is_err() {
                return;
            }
        }
    });
    let numbers = Arc::new(Mutex::new(numbers));
    let mut posters = JoinSet::new();
    for _ in 0..POSTERS {
        let (webhooks, numbers) = (Arc::clone(webhooks), Arc::clone(&numbers));
        posters.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut latency = histogram()?;
            loop {
                // Held while waiting: whoever waits longest gets the next.
                let Some(number) = numbers.lock().await.recv().await else {
                    return Ok::<_, crate::Error>(latency);
                };
                let status = connection.send(webhooks.get(number).unwrap_or_default()).await?;
                if status != 200 {
                    return Err(format!("a webhook was answered {status}").into());
                }
                if number >= schedule.measured_from {
                    let took = Instant::now().saturating_duration_since(schedule.due(number));
                    latency.record(u64::try_from(took.as_micros())?.max(1))?;
                }
            }
        });
    }
    let mut latency = histogram()?;
    while let Some(posted) = posters.join_next().await {
        latency.add(&posted??)?;
    }
    scheduler.join().map_err(|_| "the scheduler crashed")?;
    Ok(latency)
}

/// The first number called `seq`; in every frame it comes before what the frame is about.
fn seq_of(frame: &str) -> Option<i64> {
    let (_, rest) = frame.split_once(r#""seq":"#)?;
    let end = rest
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_tell_their_number() {
        assert_eq!(seq_of(r#"{"type":"hello","seq":12}"#), Some(12));
        assert_eq!(
            seq_of(r#"{"type":"event","seq":7,"event":"x","data":{"seq":1}}"#),
            Some(7)
        );
        assert_eq!(seq_of(r#"{"type":"event"}"#), None);
    }
}

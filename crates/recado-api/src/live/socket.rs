//! One live socket: follows the journal at its own pace until somebody ends it.
//!
//! Its memory does not grow with what happens: it holds a cursor, asks for at most a page of frames, and writes them
//! within a time limit. Whoever is slower than that is closed and comes back with `since`.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use futures_util::SinkExt as _;
use recado_engine::presence::{MemberPresence, Seat};
use recado_journal::{Next, Subscription};
use recado_model::{Actor, Permission};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::audience::{Shown, shown, touches_actors};
use super::frames::LiveFrame;
use super::said::Said;
use crate::state::{Api, LiveTimes};

/// More than any frame of a client needs.
const MAX_INBOUND: usize = 4 << 10;
/// For pongs.
const READ_BUFFER: usize = 1 << 10;
/// Small frames leave in one write.
const WRITE_BUFFER: usize = 4 << 10;
/// Beyond what any frame needs; reached only if one write is stuck behind another.
const MAX_WRITE_BUFFER: usize = 4 << 20;
/// Time a client gets to answer our goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why a socket ends. The numbers are WebSocket close codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client said goodbye.
    Left,
    /// The connection broke: nobody to say goodbye to.
    Gone,
    /// It did not take what it was sent in time.
    Slow,
    /// Nothing came from it for too long.
    Silent,
    /// It sent more than it may.
    TooMuch,
    /// Its session or key holds no longer.
    SignedOut,
    /// We are leaving.
    Stopping,
}

/// A socket's life, from the upgrade on.
pub struct Live {
    pub api: Api,
    pub actor: Actor,
    pub subscription: Subscription,
    /// Counted until dropped.
    pub tracked: TaskTrackerToken,
}

/// Buffers as small as our use allows.
pub fn sized(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_message_size(MAX_INBOUND)
        .max_frame_size(MAX_INBOUND)
}

impl Live {
    pub async fn run(mut self, mut socket: WebSocket) {
        let _counted = Counted::new();
        let end = self.follow(&mut socket).await;
        tracing::debug!(account = %self.actor.account, ?end, "a live socket ended");
        say_goodbye(&mut socket, end).await;
        drop(self.tracked);
    }

    async fn follow(&mut self, socket: &mut WebSocket) -> End {
        let times = self.api.settings.live;
        let hello = LiveFrame::Hello {
            seq: self.subscription.head(),
        };
        if let Err(end) = write(socket, vec![text(&hello)], &times).await {
            return end;
        }
        // Keys are no people: they are not here, and are not told who is.
        let presence = &self.api.ctx.presence;
        let mut seat = self
            .actor
            .member()
            .map(|member| presence.join(self.actor.account, member));
        let mut said = Said::default();
        let mut heard = Instant::now();
        let mut looked = heard;
        let mut ticks = interval_at(heard + times.ping_every, times.ping_every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let step = tokio::select! {
                biased;
                () = self.api.stop.cancelled() => return End::Stopping,
                message = socket.recv() => {
                    heard = Instant::now();
                    listen(message).map(|text| {
                        if let (Some(text), Some(seat)) = (text, &seat) {
                            said.hear(&text, seat, &self.actor);
                        }
                    })
                }
                _ = ticks.tick() => {
                    if heard.elapsed() >= times.silent_after {
                        return End::Silent;
                    }
                    if looked.elapsed() >= times.recheck_every {
                        looked = Instant::now();
                        if let Err(end) = self.look_again().await {
                            return end;
                        }
                    }
                    write(socket, vec![Message::Ping(bytes::Bytes::new())], &times).await
                }
                () = until(said.typing_ends()) => {
                    said.stop_typing(seat.as_ref());
                    Ok(())
                }
                members = others(&mut seat) => {
                    write(socket, vec![text(&LiveFrame::Presence { members })], &times).await
                }
                next = self.subscription.next() => self.pass_on(socket, next, &times).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn pass_on(&mut self, socket: &mut WebSocket, next: Next, times: &LiveTimes) -> Result<(), End> {
        let messages = match next {
            Next::Frames(frames) => {
                if frames.iter().any(|frame| touches_actors(frame)) {
                    self.look_again().await?;
                }
                frames
                    .iter()
                    .filter_map(|frame| message(shown(&self.actor, frame)))
                    .collect()
            }
            Next::Reset { head } => vec![text(&LiveFrame::Reset { seq: head })],
        };
        write(socket, messages, times).await
    }

    /// Whether the caller is still who they were, with the rights they have now.
    async fn look_again(&mut self) -> Result<(), End> {
        match recado_engine::sessions::recheck(&self.api.ctx, &self.actor).await {
            Ok(actor) if actor.may(Permission::ConversationsRead) => {
                self.actor = actor;
                Ok(())
            }
            Ok(_) | Err(recado_engine::Error::Unauthorized { .. } | recado_engine::Error::NotFound(_)) => {
                Err(End::SignedOut)
            }
            Err(error) => {
                // A database that is away ends nobody's session; the next look is soon.
                tracing::warn!(%error, "cannot look at a live caller again");
                Ok(())
            }
        }
    }
}

/// Writes all within the time limit, in as few packets as possible.
async fn write(socket: &mut WebSocket, messages: Vec<Message>, times: &LiveTimes) -> Result<(), End> {
    let writing = async {
        for message in messages {
            socket.feed(message).await?;
        }
        socket.flush().await
    };
    match timeout(times.write_timeout, writing).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Slow),
    }
}

/// Waits for members who changed; for ever where there is nobody to tell.
async fn others(seat: &mut Option<Seat>) -> Vec<MemberPresence> {
    match seat {
        Some(seat) => seat.changed().await,
        None => std::future::pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// What a client says, if it says something; whatever it is, the client is there.
fn listen(message: Option<Result<Message, axum::Error>>) -> Result<Option<Utf8Bytes>, End> {
    match message {
        Some(Ok(Message::Close(_))) => Err(End::Left),
        Some(Ok(Message::Text(text))) => Ok(Some(text)),
        Some(Ok(_)) => Ok(None),
        Some(Err(error)) if is_too_much(&error) => Err(End::TooMuch),
        Some(Err(_)) | None => Err(End::Gone),
    }
}

/// axum hides the kind of a WebSocket error; its text is all there is.
fn is_too_much(error: &axum::Error) -> bool {
    error.to_string().contains("too long")
}

async fn say_goodbye(socket: &mut WebSocket, end: End) {
    let farewell = match end {
        // A client that does not read would not read this either.
        End::Gone | End::Slow => return,
        End::Left => None,
        End::Silent => Some((1001, "nothing heard from you")),
        End::TooMuch => Some((1009, "message too long")),
        End::SignedOut => Some((4401, "session ended")),
        End::Stopping => Some((1012, "come back")),
    };
    let closing = async {
        if let Some((code, reason)) = farewell {
            let frame = CloseFrame {
                code,
                reason: Utf8Bytes::from_static(reason),
            };
            socket.send(Message::Close(Some(frame))).await?;
        }
        // Sends what answers the client's own goodbye. And closing with unread bytes left would reset the connection
        // under the client before it reads why.
        while let Some(Ok(_)) = socket.recv().await {}
        Ok::<_, axum::Error>(())
    };
    let _ = timeout(GOODBYE, closing).await;
}

fn text(frame: &LiveFrame) -> Message {
    Message::text(frame.to_text())
}

/// Without a copy: all sockets of an account send the same bytes.
fn message(shown: Shown) -> Option<Message> {
    match shown {
        Shown::Event(json) => Utf8Bytes::try_from(json).ok().map(Message::Text),
        Shown::Skip(seq) => Some(text(&LiveFrame::Skip { seq })),
    }
}

/// Keeps the gauge of open sockets.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("live_sockets").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("live_sockets").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pongs_and_chatter_keep_a_socket_and_a_close_ends_it() {
        assert_eq!(listen(Some(Ok(Message::Pong(bytes::Bytes::new())))), Ok(None));
        assert_eq!(
            listen(Some(Ok(Message::text("hello?")))),
            Ok(Some(Utf8Bytes::from_static("hello?")))
        );
        assert_eq!(listen(Some(Ok(Message::Close(None)))), Err(End::Left));
        assert_eq!(listen(None), Err(End::Gone));
    }

    #[test]
    fn an_event_goes_out_as_it_was_written() {
        let json = bytes::Bytes::from_static(br#"{"type":"event","seq":1}"#);
        assert_eq!(
            message(Shown::Event(json)),
            Some(Message::text(r#"{"type":"event","seq":1}"#))
        );
        assert_eq!(
            message(Shown::Skip(2)),
            Some(Message::text(r#"{"type":"skip","seq":2}"#))
        );
    }
}

//! Closed-loop load: connections that each post the next webhook as soon as the last one is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::http::Connection;
use crate::webhooks::Webhooks;
use crate::{Error, Result};

#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub connections: u64,
    /// Load before the clock starts.
    pub warm_up: Duration,
    pub measured: Duration,
}

/// What happens when all webhooks have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// They are sent again.
    Repeats,
    /// The run is over.
    Ends,
}

#[derive(Debug)]
pub struct Flooded {
    /// Answers a second, all of them 200.
    pub rps: f64,
    /// From sending a request to its answer, in microseconds, of those that count.
    pub latency: Histogram<u64>,
    /// All answered 200, the warm-up included.
    pub acknowledged: usize,
}

/// # Errors
/// Any answer that is not 200.
pub async fn flood(
    address: SocketAddr,
    webhooks: &Arc<Webhooks>,
    supply: Supply,
    load: Load,
) -> Result<Flooded> {
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now() + load.warm_up;
    let mut posters = JoinSet::new();
    for _ in 0..load.connections {
        let poster = Poster {
            webhooks: Arc::clone(webhooks),
            next: Arc::clone(&next),
            supply,
            begin,
            end: begin + load.measured,
        };
        posters.spawn(poster.run(address));
    }
    let mut latency = histogram()?;
    let (mut acknowledged, mut last) = (0, begin);
    while let Some(posted) = posters.join_next().await {
        let posted = posted??;
        latency.add(&posted.latency)?;
        acknowledged += posted.acknowledged;
        last = last.max(posted.last);
    }
    let seconds = (last - begin).as_secs_f64();
    if latency.is_empty() || seconds < load.measured.as_secs_f64() / 2.0 {
        return Err("the webhooks were used up before enough was measured; ask for fewer seconds".into());
    }
    let rps = f64::from(u32::try_from(latency.len())?) / seconds;
    Ok(Flooded {
        rps,
        latency,
        acknowledged,
    })
}

/// Microseconds, to three digits, up to a minute.
pub fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}

/// One connection.
struct Poster {
    webhooks: Arc<Webhooks>,
    next: Arc<AtomicUsize>,
    supply: Supply,
    begin: Instant,
    end: Instant,
}

struct Posted {
    latency: Histogram<u64>,
    acknowledged: usize,
    /// The last answer that counts.
    last: Instant,
}

impl Poster {
    async fn run(self, address: SocketAddr) -> Result<Posted, Error> {
        let mut connection = Connection::open(address).await?;
        let mut posted = Posted {
            latency: histogram()?,
            acknowledged: 0,
            last: self.begin,
        };
        let mut sent = Instant::now();
        while sent < self.end
            && let Some(webhook) = self.take()
        {
            let status = connection.send(webhook).await?;
            if status != 200 {
                return Err(format!("a webhook was answered {status}").into());
            }
            posted.acknowledged += 1;
            let answered = Instant::now();
            if answered > self.begin && answered <= self.end {
                posted
                    .latency
                    .record(u64::try_from((answered - sent).as_micros())?)?;
                posted.last = answered;
            }
            sent = answered;
        }
        Ok(posted)
    }

    fn take(&self) -> Option<&[u8]> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let number = match self.supply {
            Supply::Repeats => number % self.webhooks.len(),
            Supply::Ends => number,
        };
        self.webhooks.get(number)
    }
}

//! How many deliveries are under way at once: a receiver that takes its time must not keep others from theirs, nor
//! messages from leaving.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use recado_model::WebhookId;
use tokio::time::Instant;

/// Of one endpoint.
const EACH: u32 = 4;
/// Those that find no room come back one after the other, so far apart as requests have lately taken.
const NEAREST: Duration = Duration::from_millis(50);
const FARTHEST: Duration = Duration::from_mins(5);
const SLOW: Duration = Duration::from_secs(1);
/// Endpoints remembered before those at rest are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Debug)]
pub(super) struct Slots {
    most: usize,
    places: Arc<Mutex<Places>>,
}

#[derive(Debug, Default)]
struct Places {
    busy: usize,
    each: HashMap<WebhookId, Place>,
}

#[derive(Debug)]
struct Place {
    busy: u32,
    /// How long the last request took.
    took: Duration,
    /// When the next one that finds no room may come back.
    next: Instant,
}

/// A request under way; dropping it makes room.
#[derive(Debug)]
pub(super) struct Slot {
    places: Arc<Mutex<Places>>,
    webhook: WebhookId,
    begun: Instant,
}

impl Slots {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            places: Arc::default(),
        }
    }

    /// Room for one request, or how long to wait before asking again.
    pub(super) fn take(&self, webhook: WebhookId) -> Result<Slot, Duration> {
        let now = Instant::now();
        let mut places = lock(&self.places);
        let is_full = places.busy >= self.most;
        let place = places.each.entry(webhook).or_insert_with(|| Place {
            busy: 0,
            took: NEAREST,
            next: now,
        });
        if is_full || place.busy >= EACH {
            let next = place.next.max(now) + (place.took / EACH).clamp(NEAREST, FARTHEST);
            place.next = next.min(now + FARTHEST);
            return Err(place.next - now);
        }
        place.busy += 1;
        places.busy += 1;
        Ok(Slot {
            places: Arc::clone(&self.places),
            webhook,
            begun: now,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut places = lock(&self.places);
        places.busy = places.busy.saturating_sub(1);
        let Some(place) = places.each.get_mut(&self.webhook) else {
            return;
        };
        place.busy = place.busy.saturating_sub(1);
        place.took = now - self.begun;
        // One that was quick needs no memory of it.
        if place.busy == 0 && place.next <= now && place.took < SLOW {
            places.each.remove(&self.webhook);
        }
        if places.each.len() > REMEMBERED {
            places.each.retain(|_, place| place.busy > 0);
        }
    }
}

fn lock(places: &Mutex<Places>) -> MutexGuard<'_, Places> {
    places.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slow_endpoint_takes_no_more_than_its_share() {
        let slots = Slots::new(6);
        let (slow, other) = (WebhookId::MIN, WebhookId::MAX);
        let taken: Vec<Slot> = (0..4).map(|_| slots.take(slow).unwrap()).collect();
        let first = slots.take(slow).unwrap_err();
        let second = slots.take(slow).unwrap_err();
        assert!(first > Duration::ZERO && second > first, "one after the other");
        let others = [slots.take(other).unwrap(), slots.take(other).unwrap()];
        assert!(slots.take(other).is_err(), "there is no more room for anybody");
        tokio::time::advance(Duration::from_secs(10)).await;
        drop(taken);
        let again: Vec<Slot> = (0..4).map(|_| slots.take(slow).unwrap()).collect();
        assert_eq!(slots.take(slow).unwrap_err(), Duration::from_millis(2500));
        drop((again, others));
        tokio::time::advance(FARTHEST).await;
        drop((slots.take(slow).unwrap(), slots.take(other).unwrap()));
        assert!(
            lock(&slots.places).each.is_empty(),
            "nobody is remembered for ever"
        );
    }
}

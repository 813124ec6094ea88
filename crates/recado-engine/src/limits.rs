//! How often somebody may try: token buckets per purpose and key, on this node only.
//!
//! A bucket holds a minute's worth of requests and refills evenly; one that is full again is forgotten. What a
//! stranger can choose (an address, an email) is hashed into a fixed number of buckets, so memory is bounded whoever
//! asks: in a flood of addresses some share a bucket, nothing worse.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use recado_model::ApiKeyId;

use crate::error::{Error, Result};

/// Buckets for keys that strangers choose; a few megabytes when all are in use.
const STRANGERS: u64 = 1 << 17;
/// Checks between two clearings of full buckets.
const CLEAR_EVERY: usize = 1024;

/// Requests a minute.
#[derive(Clone, Copy, Debug)]
pub struct LimitSettings {
    /// Sign-ins from one address, right or wrong.
    pub login_per_minute: NonZeroU32,
    /// Sign-ins with one email, from wherever.
    pub login_per_minute_and_email: NonZeroU32,
    /// Accounts made from one address.
    pub sign_up_per_minute: NonZeroU32,
    /// Invites opened or accepted from one address.
    pub invite_per_minute: NonZeroU32,
    /// Requests with one API key.
    pub api_per_minute: NonZeroU32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        let n = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            login_per_minute: n(20),
            login_per_minute_and_email: n(10),
            sign_up_per_minute: n(10),
            invite_per_minute: n(30),
            api_per_minute: n(120),
        }
    }
}

/// The limiters of this node. Refusals are [`Error::RateLimited`].
#[derive(Debug)]
pub struct Limits {
    login_by_address: Limiter,
    login_by_email: Limiter,
    sign_up_by_address: Limiter,
    invite_by_address: Limiter,
    api_by_key: Limiter,
    /// Keys that have a limit of their own, by that limit.
    api_by_own_limit: Mutex<HashMap<NonZeroU32, Arc<Limiter>>>,
}

/// What is left in a bucket: the `X-RateLimit-*` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u32,
    pub remaining: u32,
    /// Until the bucket is full again.
    pub reset: Duration,
}

struct Limiter<C: Clock = DefaultClock> {
    buckets: RateLimiter<u64, DashMapStateStore<u64>, C, StateInformationMiddleware>,
    clock: C,
    quota: Quota,
    /// Seeded at random: nobody can aim at another's bucket.
    hasher: RandomState,
    most_buckets: u64,
    checks: AtomicUsize,
}

impl Limits {
    pub fn new(settings: &LimitSettings) -> Self {
        let strangers = |per_minute| Limiter::new(per_minute, STRANGERS, DefaultClock::default());
        Self {
            login_by_address: strangers(settings.login_per_minute),
            login_by_email: strangers(settings.login_per_minute_and_email),
            sign_up_by_address: strangers(settings.sign_up_per_minute),
            invite_by_address: strangers(settings.invite_per_minute),
            // Asked only after the key was found good, so there are as many buckets as keys.
            api_by_key: Limiter::new(settings.api_per_minute, u64::MAX, DefaultClock::default()),
            api_by_own_limit: Mutex::default(),
        }
    }

    /// `email` in its normal form.
    pub fn login(&self, address: IpAddr, email: &str) -> Result<()> {
        self.login_by_address.check(network(address))?;
        self.login_by_email.check(email).map(drop)
    }

    /// Somebody who is signed in types their password again. Shares the bucket of sign-ins with the email.
    pub fn password(&self, email: &str) -> Result<()> {
        self.login_by_email.check(email).map(drop)
    }

    pub fn sign_up(&self, address: IpAddr) -> Result<()> {
        self.sign_up_by_address.check(network(address)).map(drop)
    }

    pub fn invite(&self, address: IpAddr) -> Result<()> {
        self.invite_by_address.check(network(address)).map(drop)
    }

    /// `own` is the limit that was set for this key, if one was. A refusal's allowance: the same limit, nothing
    /// remaining, reset after the error's `retry_after`.
    pub fn api(&self, key: ApiKeyId, own: Option<NonZeroU32>) -> Result<Allowance> {
        let Some(own) = own else {
            return self.api_by_key.check(key);
        };
        let limiter = {
            let mut limiters = self
                .api_by_own_limit
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let made = || Arc::new(Limiter::new(own, u64::MAX, DefaultClock::default()));
            Arc::clone(limiters.entry(own).or_insert_with(made))
        };
        limiter.check(key)
    }

    /// Requests a minute with a key that has no limit of its own.
    pub fn api_limit(&self) -> u32 {
        self.api_by_key.quota.burst_size().get()
    }
}

impl<C: Clock + Clone> Limiter<C> {
    fn new(per_minute: NonZeroU32, most_buckets: u64, clock: C) -> Self {
        let quota = Quota::per_minute(per_minute);
        Self {
            buckets: RateLimiter::dashmap_with_clock(quota, clock.clone()).with_middleware(),
            clock,
            quota,
            hasher: RandomState::new(),
            most_buckets,
            checks: AtomicUsize::new(0),
        }
    }

    fn check(&self, key: impl Hash) -> Result<Allowance> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CLEAR_EVERY == CLEAR_EVERY - 1 {
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        let bucket = self.hasher.hash_one(key) % self.most_buckets;
        match self.buckets.check_key(&bucket) {
            Ok(state) => {
                let limit = self.quota.burst_size().get();
                let remaining = state.remaining_burst_capacity();
                let reset = self.quota.replenish_interval() * limit.saturating_sub(remaining);
                Ok(Allowance {
                    limit,
                    remaining,
                    reset,
                })
            }
            Err(not_until) => {
                let retry_after = not_until.wait_time_from(self.clock.now());
                Err(Error::RateLimited { retry_after })
            }
        }
    }
}

impl<C: Clock> std::fmt::Debug for Limiter<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limiter")
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}

/// An IPv4 address, or the /64 network of an IPv6 one, which is the least a customer of a provider has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn n(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap()
    }

    #[test]
    fn a_bucket_empties_and_refills_evenly() {
        let clock = FakeRelativeClock::default();
        let limiter = Limiter::new(n(3), u64::MAX, clock.clone());
        let left: Vec<_> = (0..3).map(|_| limiter.check("a").unwrap().remaining).collect();
        assert_eq!(left, [2, 1, 0]);
        assert!(matches!(
            limiter.check("a"),
            Err(Error::RateLimited { retry_after }) if retry_after == Duration::from_secs(20)
        ));
        assert_eq!(
            limiter.check("b").unwrap(),
            Allowance {
                limit: 3,
                remaining: 2,
                reset: Duration::from_secs(20)
            }
        );
        clock.advance(Duration::from_secs(20));
        assert!(limiter.check("a").is_ok());
        assert!(limiter.check("a").is_err());
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let clock = FakeRelativeClock::default();
        let limiter = Limiter::new(n(1), 64, clock.clone());
        for key in 0..10_000 {
            let _ = limiter.check(key);
        }
        assert!(limiter.buckets.len() <= 64);
        clock.advance(Duration::from_mins(2));
        for _ in 0..CLEAR_EVERY {
            let _ = limiter.check("one");
        }
        assert_eq!(limiter.buckets.len(), 1);
    }

    #[test]
    fn sign_in_is_limited_by_address_and_by_email() {
        let limits = Limits::new(&LimitSettings {
            login_per_minute: n(3),
            login_per_minute_and_email: n(2),
            ..LimitSettings::default()
        });
        let address = |last| IpAddr::from([192, 0, 2, last]);
        assert!(limits.login(address(1), "a@example.com").is_ok());
        assert!(limits.login(address(2), "a@example.com").is_ok());
        assert!(limits.login(address(3), "a@example.com").is_err());
        assert!(limits.login(address(3), "b@example.com").is_ok());
        assert!(limits.login(address(3), "c@example.com").is_ok());
        assert!(limits.login(address(3), "d@example.com").is_err());
    }

    #[test]
    fn a_key_with_a_limit_of_its_own_has_that() {
        let limits = Limits::new(&LimitSettings {
            api_per_minute: n(1),
            ..LimitSettings::default()
        });
        let key = ApiKeyId::MIN;
        assert_eq!(limits.api(key, Some(n(3))).unwrap().remaining, 2);
        assert_eq!(limits.api(key, Some(n(3))).unwrap().remaining, 1);
        assert_eq!(limits.api(ApiKeyId::MAX, Some(n(3))).unwrap().remaining, 2);
        assert!(limits.api(key, None).is_ok() && limits.api(key, None).is_err());
    }

    #[test]
    fn a_network_counts_as_one_address() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:3::1"), network("2001:db8:1:2::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.2"), network("192.0.2.1"));
    }
}

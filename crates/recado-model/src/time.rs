//! Points in time, to the millisecond, and the clock that is handed to whoever needs one.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::stored::{Scalar, Stored, StoredError};

/// Unix milliseconds, UTC. On the wire `2026-07-01T12:00:00.000Z`, in a column a plain integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

impl Time {
    /// Before and after everything: the sentinels of keyset pages.
    pub const MIN: Self = Self(0);
    /// 9999-12-30, safely inside what four digits on the wire can say.
    pub const MAX: Self = Self(253_402_128_000_000);

    /// Out-of-range values are brought to the nearest end, so that a provider's nonsense stays representable.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self::from_millis(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self::from_millis(
            self.0
                .saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{timestamp:.3}")
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Time {
    type Err = StoredError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|timestamp| Self::from_millis(timestamp.as_millisecond()))
            .map_err(|_| StoredError::new("an ISO 8601 time", text))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Time {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples([serde_json::json!("2026-07-01T12:00:00.000Z")])
            .into()
    }
}

impl utoipa::ToSchema for Time {}

impl Stored for Time {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Int(self.0)
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        i64::from_scalar(scalar).map(Self)
    }
}

/// The time of day, passed in: the system's, or one a test moves by hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Mock(Arc<AtomicI64>),
}

impl Clock {
    pub fn mock(start: Time) -> Self {
        Self::Mock(Arc::new(AtomicI64::new(start.0)))
    }

    pub fn now(&self) -> Time {
        match self {
            Self::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place that reads the system clock"
                )]
                let now = std::time::SystemTime::now();
                let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Mock(millis) => Time(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a mock clock forward; the system clock moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Self::Mock(millis) = self {
            millis.fetch_add(
                i64::try_from(by.as_millis()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_has_milliseconds_and_z() {
        let time = Time::from_millis(1_782_907_200_000);
        assert_eq!(time.to_string(), "2026-07-01T12:00:00.000Z");
        assert_eq!("2026-07-01T12:00:00.000Z".parse::<Time>().unwrap(), time);
        assert_eq!(Time::MAX.to_string(), "9999-12-30T00:00:00.000Z");
    }

    #[test]
    fn a_mock_clock_moves_only_by_hand() {
        let clock = Clock::mock(Time::from_seconds(10));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_millis(1500));
        assert_eq!(clock.now(), Time::from_millis(11_500));
    }
}

//! How long to wait before trying again: exponential, capped, with full jitter, so that jobs that failed
//! together do not return together.

use std::time::Duration;

use rand::RngExt;

/// The delay after failed attempt `attempt` (1 for the first).
pub(crate) fn delay(attempt: i64, base: Duration, cap: Duration, rng: &mut impl RngExt) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1).clamp(0, 31)).unwrap_or(31);
    let ceiling = base.saturating_mul(1_u32 << doublings).min(cap);
    rng.random_range(Duration::ZERO..=ceiling)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    proptest! {
        #[test]
        fn never_above_the_ceiling_nor_the_cap(attempt in any::<i64>(), base in 0_u64..100_000, cap in 0_u64..1_000_000, seed: u64) {
            let (base, cap) = (Duration::from_millis(base), Duration::from_millis(cap));
            let delay = delay(attempt, base, cap, &mut StdRng::seed_from_u64(seed));
            prop_assert!(delay <= cap);
            if attempt <= 1 {
                prop_assert!(delay <= base);
            }
        }
    }

    #[test]
    fn doubles_on_the_average_until_the_cap() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut mean = |attempt| {
            let sum: Duration = (0..2000)
                .map(|_| delay(attempt, Duration::from_secs(2), Duration::from_mins(1), &mut rng))
                .sum();
            sum.as_secs_f64() / 2000.0
        };
        for (attempt, expected) in [(1, 1.0), (2, 2.0), (3, 4.0), (5, 16.0), (6, 30.0), (40, 30.0)] {
            let mean = mean(attempt);
            assert!(
                (mean - expected).abs() < expected * 0.1,
                "attempt {attempt}: {mean}"
            );
        }
    }
}

//! A wall around parsers we did not write.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `parse` answers, or nothing if it panicked.
///
/// The decoders behind it are careful, but they read what strangers made, and an overflow in one of them must
/// cost that one file only. Whatever `parse` had its hands on is thrown away with it.
pub(crate) fn contain<T>(parse: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(parse)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(contain(|| 1), Some(1));
        let none: [u8; 0] = [];
        assert_eq!(contain(|| none.iter().copied().max().unwrap()), None);
    }
}

//! Counts sends, for the rules that strike only those that are too many.

use std::collections::{HashMap, VecDeque};

use super::{Effect, Fault};

#[derive(Debug, Default)]
pub(super) struct Rates {
    /// When the last sends went through: by rule, and by recipient where the rule counts those apart.
    passed: HashMap<(u64, String), VecDeque<i64>>,
}

impl Rates {
    /// Whether the rule strikes this call; one that goes through is counted.
    pub(super) fn strikes(&mut self, rule: &Fault, to: Option<&str>, now: i64) -> bool {
        let (count, span, who) = match rule.effect {
            Effect::Throttle { per_second } => (per_second, 1000, ""),
            Effect::PairRate { count, seconds } => (count, i64::from(seconds) * 1000, to.unwrap_or_default()),
            _ => return true,
        };
        let passed = self.passed.entry((rule.id, who.to_owned())).or_default();
        while passed.front().is_some_and(|at| now - at >= span) {
            passed.pop_front();
        }
        if passed.len() >= count as usize {
            return true;
        }
        passed.push_back(now);
        false
    }
}

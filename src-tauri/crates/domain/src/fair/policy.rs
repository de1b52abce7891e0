//! What the user wants of all this.

use super::Limits;
use crate::{ExecutorName, PRIORITY_STEP, SortKey};
use std::collections::BTreeMap;

/// How work is let start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How much at once.
    pub limits: Limits,
    /// Steps of priority that the work of an executor has ahead of that of others, or behind.
    pub offsets: BTreeMap<String, i8>,
    /// Whether pressure on the machine holds work back.
    pub pressure: bool,
}

impl Default for Policy {
    fn default() -> Self {
        let limits = Limits::default();
        Self { limits, offsets: BTreeMap::new(), pressure: true }
    }
}

impl Policy {
    /// So many at once, whatever the machine is like.
    #[must_use]
    pub fn of(total: u32) -> Self {
        Self { limits: Limits::of(total), pressure: false, ..Self::default() }
    }

    /// A place in the line as it counts between executors.
    #[must_use]
    pub fn offset(&self, executor: Option<&ExecutorName>, place: SortKey) -> SortKey {
        let steps = executor.and_then(|name| self.offsets.get(name.as_str())).copied().unwrap_or(0);
        SortKey(place.0 - i64::from(steps) * PRIORITY_STEP.num_milliseconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_ahead_is_worth_a_step_of_priority() {
        let mut policy = Policy::default();
        policy.offsets.insert("reminder".to_owned(), 2);
        policy.offsets.insert("agent".to_owned(), -1);
        let place = |name: &str| policy.offset(Some(&ExecutorName::new(name)), SortKey(0)).0;
        assert_eq!((place("reminder"), place("shell"), place("agent")), (-120_000, 0, 60_000));
    }
}

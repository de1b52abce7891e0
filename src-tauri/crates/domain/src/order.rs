//! Who goes first.

use crate::{Priority, Timestamp};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What one step of priority is worth in waiting time.
pub const PRIORITY_STEP: TimeDelta = TimeDelta::seconds(60);

/// The place in the line: the smaller goes first. Milliseconds.
///
/// `ready_at − priority × step`: fixed when the work gets ready, so nothing is ever sorted again,
/// and old work overtakes new urgent work in the end. Priority 0 is overtaken only by work that
/// arrives within 10 × step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SortKey(pub i64);

impl SortKey {
    /// The place of work that gets ready at `ready_at`.
    #[must_use]
    pub fn new(ready_at: Timestamp, priority: Priority) -> Self {
        let head_start = PRIORITY_STEP.num_milliseconds() * i64::from(priority.get());
        Self(ready_at.timestamp_millis() - head_start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn priority_zero_is_overtaken_only_for_ten_steps() {
        let start = DateTime::from_timestamp_millis(1_000_000_000).unwrap();
        let patient = SortKey::new(start, Priority::new(0).unwrap());
        let just_in_time = start + PRIORITY_STEP * 10 - TimeDelta::milliseconds(1);
        let too_late = start + PRIORITY_STEP * 10 + TimeDelta::milliseconds(1);
        assert!(SortKey::new(just_in_time, Priority::CRITICAL) < patient);
        assert!(SortKey::new(too_late, Priority::CRITICAL) > patient);
    }
}

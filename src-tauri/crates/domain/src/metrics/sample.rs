//! What cannot be told from rows: noted while it happens, a minute at a time.

use super::Spread;
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// What happened in a minute, or in an hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Microseconds from a command's arrival to its answer.
    pub commands: Spread,
    /// Microseconds of a commit.
    pub commits: Spread,
    /// Commands of a commit.
    pub batches: Spread,
    /// How much work waited to start, each time it was looked at.
    pub queue: Spread,
    /// Milliseconds that slots were in use, summed over the slots.
    pub busy_ms: u64,
}

impl Sample {
    /// Whether nothing happened.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.commands.count == 0 && self.commits.count == 0 && self.busy_ms == 0
    }

    /// Takes another sample in.
    pub fn merge(&mut self, other: &Self) {
        self.commands.merge(&other.commands);
        self.commits.merge(&other.commits);
        self.batches.merge(&other.batches);
        self.queue.merge(&other.queue);
        self.busy_ms = self.busy_ms.saturating_add(other.busy_ms);
    }
}

/// A time at which an engine was ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None` while it is. After a crash, its last sign of life.
    pub to: Option<Timestamp>,
    /// Whether it ended as it should. What comes after one that did not is time at which an engine
    /// should have been there.
    pub clean: bool,
}

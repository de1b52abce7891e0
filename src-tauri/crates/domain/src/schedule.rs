//! When a task's occurrences are due.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// When work is to happen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Schedule {
    /// As soon as there is room.
    #[default]
    Now,
    /// Only when somebody says so: the task waits in the backlog.
    Manual,
    /// Once, at an instant.
    At {
        /// The instant.
        at: Timestamp,
    },
}

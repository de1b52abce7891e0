//! What somebody said of an outcome.

use crate::{Actor, Timestamp};
use serde::{Deserialize, Serialize};

/// Most characters of the feedback.
pub const MAX_FEEDBACK: usize = 10_000;

/// A review of an occurrence's outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who looked at it.
    pub by: Actor,
    /// In what role.
    pub kind: ReviewKind,
    /// When.
    pub at: Timestamp,
    /// Whether it passed.
    pub passed: bool,
    /// What is missing, or good about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub feedback: String,
    /// How good it is: 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
}

/// In what role somebody reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// A person who asked for the work.
    #[default]
    User,
    /// Whoever did it.
    SelfReview,
    /// Another agent.
    Peer,
    /// Tests.
    Automated,
}

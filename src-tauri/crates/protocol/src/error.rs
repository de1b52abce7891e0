//! How a request is refused.

use serde::{Deserialize, Serialize};

/// What kind of error: programs match on this, never on the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request itself cannot stand.
    Invalid,
    /// The thing is not there.
    NotFound,
    /// The thing is there, but not in a state for this.
    Conflict,
    /// A policy does not allow it.
    Refused,
    /// The engine cannot be reached, or is stopping.
    Unavailable,
    /// Another Aegis works with this data directory.
    Locked,
    /// The data directory cannot be written.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// The database is damaged.
    Corrupt,
    /// The database was written by a newer Aegis.
    NewerVersion,
    /// It took too long.
    TimedOut,
    /// Aegis itself is at fault.
    Internal,
}

/// A refusal: its kind, a sentence, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct ApiError {
    /// What kind.
    pub kind: ErrorKind,
    /// What went wrong, with what: one sentence.
    pub message: String,
    /// What to do: one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The field of the request that is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ApiError {
    /// An error without advice.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, field: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<aegis_domain::Invalid> for ApiError {
    fn from(invalid: aegis_domain::Invalid) -> Self {
        Self {
            kind: ErrorKind::Invalid,
            message: invalid.message,
            hint: Some(invalid.hint),
            field: Some(invalid.field),
        }
    }
}

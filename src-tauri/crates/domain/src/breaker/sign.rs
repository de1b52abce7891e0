//! What the end of a run says of the service that it needed.

use crate::{ErrorCategory, Outcome, Timestamp};

/// What the end of a run says of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// It gave an answer, even if not the one that was hoped for.
    Well,
    /// It did not work.
    Ill(ErrorCategory),
    /// It works, and asked for a pause until then.
    Busy(Timestamp),
    /// Nothing.
    None,
}

impl Sign {
    /// What the end of a run says of its service.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Succeeded { .. } => Self::Well,
            Outcome::Failed(failure) => match (failure.category, failure.retry_at) {
                (ErrorCategory::RateLimited, Some(at)) => Self::Busy(at),
                (ErrorCategory::RateLimited, None) => Self::None,
                (category, _) if is_ill(category) => Self::Ill(category),
                _ => Self::Well,
            },
            Outcome::Cancelled | Outcome::Suspended | Outcome::Interrupted | Outcome::AgentLost => {
                Self::None
            }
        }
    }
}

/// Whether a failure of this kind is the service's and not the task's.
const fn is_ill(category: ErrorCategory) -> bool {
    matches!(category, ErrorCategory::Network | ErrorCategory::Auth | ErrorCategory::Internal)
}

//! Why a run failed, as a closed table, and whether another try is worth it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of error ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCategory {
    /// A file, folder or program was not there.
    FileNotFound,
    /// The system refused access.
    PermissionDenied,
    /// The task's own time limit passed.
    Timeout,
    /// The program ended with a failure.
    CommandFailed,
    /// The input could not be read as what it should be.
    SyntaxError,
    /// A service asked for a pause.
    RateLimited,
    /// The network or a service could not be reached.
    Network,
    /// A key or login was missing or refused.
    Auth,
    /// The budget does not allow it.
    Budget,
    /// The sandbox refused it, or could not be had.
    SandboxDenied,
    /// The task's policy, or a person, refused it.
    PolicyDenied,
    /// An answer did not have the form that was promised.
    InvalidOutput,
    /// The run was cut off from outside: the machine or Aegis stopped.
    Interrupted,
    /// Interrupted too often: the run itself seems to bring the machine down.
    CrashLoop,
    /// Aegis itself is at fault.
    Internal,
}

/// Whether a failure is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retryable {
    /// Try again, and count it.
    Yes,
    /// The same again would fail again.
    No,
    /// Wait, then try again without counting it.
    Wait,
}

impl ErrorCategory {
    /// Every category, in the order of the table.
    pub const ALL: [Self; 15] = [
        Self::FileNotFound,
        Self::PermissionDenied,
        Self::Timeout,
        Self::CommandFailed,
        Self::SyntaxError,
        Self::RateLimited,
        Self::Network,
        Self::Auth,
        Self::Budget,
        Self::SandboxDenied,
        Self::PolicyDenied,
        Self::InvalidOutput,
        Self::Interrupted,
        Self::CrashLoop,
        Self::Internal,
    ];

    /// Whether a failure of this kind is worth another try.
    #[must_use]
    pub const fn retryable(self) -> Retryable {
        match self {
            Self::Timeout
            | Self::CommandFailed
            | Self::Network
            | Self::InvalidOutput
            | Self::Interrupted
            | Self::Internal => Retryable::Yes,
            Self::RateLimited => Retryable::Wait,
            Self::FileNotFound
            | Self::PermissionDenied
            | Self::SyntaxError
            | Self::Auth
            | Self::Budget
            | Self::SandboxDenied
            | Self::PolicyDenied
            | Self::CrashLoop => Retryable::No,
        }
    }

    /// The stable name, as in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FileNotFound => "file_not_found",
            Self::PermissionDenied => "permission_denied",
            Self::Timeout => "timeout",
            Self::CommandFailed => "command_failed",
            Self::SyntaxError => "syntax_error",
            Self::RateLimited => "rate_limited",
            Self::Network => "network",
            Self::Auth => "auth",
            Self::Budget => "budget",
            Self::SandboxDenied => "sandbox_denied",
            Self::PolicyDenied => "policy_denied",
            Self::InvalidOutput => "invalid_output",
            Self::Interrupted => "interrupted",
            Self::CrashLoop => "crash_loop",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_what_serde_writes() {
        for category in ErrorCategory::ALL {
            let json = serde_json::to_value(category).unwrap();
            assert_eq!(json, category.name());
        }
    }
}

//! What it means that a program could not be started.

use aegis_domain::{ErrorCategory, Failure};
use aegis_helper::StartFailure;

use crate::words;

/// The failure of a run whose program was not started; `message` is what the helper said of it.
pub(crate) fn not_started(kind: StartFailure, message: &str) -> Failure {
    let category = match kind {
        StartFailure::NotFound | StartFailure::CwdMissing => ErrorCategory::FileNotFound,
        StartFailure::PermissionDenied => ErrorCategory::PermissionDenied,
        StartFailure::SandboxUnavailable => return no_sandbox(message),
        StartFailure::Other => ErrorCategory::CommandFailed,
    };
    Failure::new(category, words::sentence(message))
}

/// The helper says after a full stop what to do.
fn no_sandbox(message: &str) -> Failure {
    let (what, hint) = message.split_once(". ").unwrap_or((message, "See aegis doctor"));
    Failure::new(ErrorCategory::SandboxDenied, words::sentence(what))
        .with_hint(words::sentence(hint))
}

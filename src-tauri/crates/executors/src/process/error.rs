//! What can go wrong between us and the helper.

use std::io;

use aegis_domain::{ErrorCategory, Failure};
use aegis_helper::WireError;

use super::HelperMissing;

/// Why a program ran to no end that could be told, or did not run. No process of it is left.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    #[error(transparent)]
    Missing(#[from] HelperMissing),
    #[error("The helper of this run (aegis-helper) could not be started: {0}")]
    Spawn(#[source] io::Error),
    #[error("The command could not be handed to the helper of its run: {0}")]
    Unsendable(#[from] WireError),
    #[error(
        "The helper of this run (aegis-helper) did not answer any more, and was ended with \
         everything below it"
    )]
    Silent,
    #[error(
        "The helper of this run (aegis-helper) died without an account of it ({0}); what was left \
         of the run was ended"
    )]
    Died(String),
    #[error("The helper of this run (aegis-helper) stopped it: {0}")]
    Stopped(String),
}

impl From<ProcessError> for Failure {
    fn from(error: ProcessError) -> Self {
        let (category, hint) = match &error {
            ProcessError::Missing(_) | ProcessError::Stopped(_) => (ErrorCategory::Internal, None),
            ProcessError::Spawn(_) => {
                let hint = "Look for a limit on processes, open files or memory of this user.";
                (ErrorCategory::Internal, Some(hint))
            }
            ProcessError::Unsendable(_) => {
                let hint = "Make the command and its input shorter: put them into files.";
                (ErrorCategory::SyntaxError, Some(hint))
            }
            ProcessError::Silent | ProcessError::Died(_) => {
                let hint = "Run it again; if it repeats, look in the system's log for what ends or \
                            stops aegis-helper.";
                (ErrorCategory::Internal, Some(hint))
            }
        };
        let failure = Self::new(category, format!("{error}."));
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

//! From the inner errors to the one that people see.

use aegis_domain::machine::{Refused, RefusedKind};
use aegis_engine::EngineError;
use aegis_protocol::{ApiError, ErrorKind};
use aegis_store::{OpenError, StoreError, WriteError};

const FREE_SPACE: &str = "Free some space, then try again. What was saved before is safe.";
const MAKE_WRITABLE: &str =
    "Make the data directory writable for your user, or set AEGIS_HOME to one that is.";
const RESTORE: &str = "Move the file aside and start again, or put a copy from a backup in its \
                       place. Aegis has not changed it.";

pub(crate) fn from_refused(refused: &Refused) -> ApiError {
    if let Refused::Invalid(invalid) = refused {
        return invalid.clone().into();
    }
    let kind = match refused.kind() {
        RefusedKind::NotFound => ErrorKind::NotFound,
        RefusedKind::Conflict => ErrorKind::Conflict,
        RefusedKind::Invalid => ErrorKind::Invalid,
    };
    let text = refused.to_string();
    // The domain's sentences say what is wrong first and what to do after that.
    match text.split_once(". ") {
        Some((message, hint)) => ApiError::new(kind, format!("{message}.")).with_hint(hint),
        None => ApiError::new(kind, text).with_hint("Look at the task to see where it stands."),
    }
}

pub(crate) fn from_store(error: &StoreError) -> ApiError {
    let (kind, hint) = match error {
        StoreError::DiskFull => (ErrorKind::DiskFull, FREE_SPACE),
        StoreError::ReadOnly => (ErrorKind::ReadOnly, MAKE_WRITABLE),
        StoreError::Corrupt(_) => (ErrorKind::Corrupt, RESTORE),
        StoreError::Closed => (ErrorKind::Unavailable, "Aegis is stopping. Start it again."),
        StoreError::Sqlite(_) => {
            (ErrorKind::Internal, "Try again. If it stays, Aegis' own log says more.")
        }
    };
    ApiError::new(kind, format!("{error}.")).with_hint(hint)
}

pub(crate) fn from_write(error: &WriteError) -> ApiError {
    match error {
        WriteError::Refused(refused) => from_refused(refused),
        WriteError::Store(error) => from_store(error),
    }
}

/// Why the engine could not be started, for people.
#[must_use]
pub fn start_error(error: &StartError) -> ApiError {
    match error {
        StartError::Open(open) => {
            let (kind, hint) = match open {
                OpenError::NewerVersion { .. } => (
                    ErrorKind::NewerVersion,
                    "Use the newer Aegis, or point AEGIS_HOME at another directory. Nothing was \
                     changed.",
                ),
                OpenError::Corrupt { .. } => (ErrorKind::Corrupt, RESTORE),
                OpenError::ReadOnly { .. } => (ErrorKind::ReadOnly, MAKE_WRITABLE),
                OpenError::DiskFull { .. } => (ErrorKind::DiskFull, FREE_SPACE),
                OpenError::SqliteTooOld { .. } | OpenError::Other { .. } => {
                    (ErrorKind::Internal, "Aegis' own log says more.")
                }
            };
            ApiError::new(kind, format!("{open}.")).with_hint(hint)
        }
        StartError::Engine(EngineError::Store(error)) => from_store(error),
        StartError::Engine(error) => ApiError::new(ErrorKind::Internal, format!("{error}."))
            .with_hint("Aegis' own log says more."),
    }
}

/// Why the engine could not be started.
#[derive(Debug)]
pub enum StartError {
    /// The database could not be opened.
    Open(OpenError),
    /// The engine could not begin.
    Engine(EngineError),
}

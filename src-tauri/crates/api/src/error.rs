//! From the inner errors to the one that people see.

use aegis_domain::machine::{Refused, RefusedKind};
use aegis_engine::EngineError;
use aegis_ports::SecretsError;
use aegis_protocol::{ApiError, ErrorKind};
use aegis_store::backup::BackupError;
use aegis_store::transfer::{ExportError, ImportError};
use aegis_store::{OpenError, StoreError, WriteError};

const FREE_SPACE: &str = "Free some space, then try again. What was saved before is safe.";
const MAKE_WRITABLE: &str =
    "Make the data directory writable for your user, or set AEGIS_HOME to one that is.";
const LOOK_AT_DISK: &str = "Try again. If it stays, look at the disk and at the system's log, and \
                            bring a backup to another one.";
const CLOSE_OTHERS: &str =
    "Close other programs that look into the data directory, then try again.";
const FREE_MEMORY: &str = "Close other programs, then try again. What was saved before is safe.";
const REPORT: &str = "Look whether it was done all the same. Aegis' own log says where it broke; \
                      please report it.";
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

pub(crate) fn from_secrets(error: &SecretsError) -> ApiError {
    let kind = match error {
        SecretsError::NotFound(_) => ErrorKind::NotFound,
        SecretsError::Denied => ErrorKind::Refused,
        SecretsError::NoAnswer(_) => ErrorKind::TimedOut,
        SecretsError::NoKeychain | SecretsError::Locked | SecretsError::Failed(_) => {
            ErrorKind::Unavailable
        }
    };
    ApiError::new(kind, error.to_string()).with_hint(error.hint())
}

pub(crate) fn from_store(error: &StoreError) -> ApiError {
    let (kind, hint) = match error {
        StoreError::DiskFull => (ErrorKind::DiskFull, FREE_SPACE),
        StoreError::ReadOnly => (ErrorKind::ReadOnly, MAKE_WRITABLE),
        StoreError::Corrupt(_) => (ErrorKind::Corrupt, RESTORE),
        StoreError::Io => (ErrorKind::Unavailable, LOOK_AT_DISK),
        StoreError::Busy => (ErrorKind::Locked, CLOSE_OTHERS),
        StoreError::OutOfMemory => (ErrorKind::Unavailable, FREE_MEMORY),
        StoreError::Broken => (ErrorKind::Internal, REPORT),
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

/// Why a backup was not made, or not put back, for people.
#[must_use]
pub fn backup_error(error: &BackupError) -> ApiError {
    let (kind, hint) = match error {
        BackupError::NotFound(_) => {
            (ErrorKind::NotFound, "`aegis backup list` shows those that are kept.")
        }
        BackupError::Exists(_) => (ErrorKind::Conflict, "Try again in a moment."),
        BackupError::Damaged { .. } => {
            (ErrorKind::Corrupt, "Take another backup. Nothing was changed.")
        }
        BackupError::Foreign(_) => {
            (ErrorKind::Invalid, "Name a backup that Aegis made. Nothing was changed.")
        }
        BackupError::Newer { .. } => {
            (ErrorKind::NewerVersion, "Use the newer Aegis for it. Nothing was changed.")
        }
        BackupError::DiskFull(_) => (
            ErrorKind::DiskFull,
            "Free some space, then try again. No half copy was left, and nothing was changed.",
        ),
        BackupError::ReadOnly { .. } => (ErrorKind::ReadOnly, MAKE_WRITABLE),
        BackupError::Unequal(_) | BackupError::Other { .. } => {
            (ErrorKind::Internal, "Try again. If it stays, `aegis doctor` says more.")
        }
    };
    ApiError::new(kind, format!("{error}.")).with_hint(hint)
}

/// Why an export was not whole, for people.
#[must_use]
pub fn export_error(error: &ExportError) -> ApiError {
    match error {
        ExportError::Store(error) => from_store(error),
        ExportError::Open(error) => open_error(error),
        ExportError::Write(_) => ApiError::new(ErrorKind::Unavailable, format!("{error}."))
            .with_hint("Look whether the disk is full or the reader has gone."),
    }
}

/// Why nothing was imported, for people.
#[must_use]
pub fn import_error(error: &ImportError) -> ApiError {
    const AGAIN: &str = "Export it again, and take the file as it is. Nothing was changed.";
    let (kind, hint) = match error {
        ImportError::NotAnExport => {
            (ErrorKind::Invalid, "Name a file that `aegis export` wrote. Nothing was changed.")
        }
        ImportError::Newer => {
            (ErrorKind::NewerVersion, "Use the newer Aegis for it. Nothing was changed.")
        }
        ImportError::Line { .. }
        | ImportError::LongLine { .. }
        | ImportError::Truncated { .. }
        | ImportError::Changed
        | ImportError::Incomplete { .. } => (ErrorKind::Invalid, AGAIN),
        ImportError::NotEmpty => (
            ErrorKind::Conflict,
            "Say --merge to take it in beside what is there, or set AEGIS_HOME to an empty folder. \
             Nothing was changed.",
        ),
        ImportError::Read(_) => {
            (ErrorKind::Unavailable, "Look at the file, then try again. Nothing was changed.")
        }
        ImportError::Store(error) => return from_store(error),
        ImportError::Open(error) => return open_error(error),
    };
    ApiError::new(kind, format!("{error}.")).with_hint(hint)
}

/// Why the engine could not be started, for people.
#[must_use]
pub fn start_error(error: &StartError) -> ApiError {
    match error {
        StartError::Open(open) => open_error(open),
        StartError::Engine(EngineError::Store(error)) => from_store(error),
        StartError::Engine(error) => ApiError::new(ErrorKind::Internal, format!("{error}."))
            .with_hint("Aegis' own log says more."),
    }
}

fn open_error(open: &OpenError) -> ApiError {
    let (kind, hint) = match open {
        OpenError::NewerVersion { .. } => (
            ErrorKind::NewerVersion,
            "Use the newer Aegis, or point AEGIS_HOME at another directory. Nothing was changed.",
        ),
        OpenError::Corrupt { .. } => (ErrorKind::Corrupt, RESTORE),
        OpenError::ReadOnly { .. } => (ErrorKind::ReadOnly, MAKE_WRITABLE),
        OpenError::DiskFull { .. } => (ErrorKind::DiskFull, FREE_SPACE),
        OpenError::Io { .. } => (ErrorKind::Unavailable, LOOK_AT_DISK),
        OpenError::Busy { .. } => (ErrorKind::Locked, CLOSE_OTHERS),
        OpenError::OutOfMemory { .. } => (ErrorKind::Unavailable, FREE_MEMORY),
        OpenError::SqliteTooOld { .. } | OpenError::Other { .. } => {
            (ErrorKind::Internal, "Aegis' own log says more.")
        }
    };
    ApiError::new(kind, format!("{open}.")).with_hint(hint)
}

/// Why the engine could not be started.
#[derive(Debug)]
pub enum StartError {
    /// The database could not be opened.
    Open(OpenError),
    /// The engine could not begin.
    Engine(EngineError),
}

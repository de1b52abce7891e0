//! What can go wrong between Aegis and its database.

use aegis_domain::machine::Refused;
use rusqlite::{ErrorCode, ffi};
use std::path::PathBuf;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It was written by a newer Aegis.
    #[error("{path} was written by a newer Aegis (its form is {found}, this one knows {known})")]
    NewerVersion {
        /// The database.
        path: PathBuf,
        /// Its form.
        found: i64,
        /// The newest form that this program knows.
        known: i64,
    },
    /// It is damaged, or not a database.
    #[error("{path} is damaged or is not a database: {detail}")]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// It cannot be written.
    #[error("{path} cannot be written: {detail}")]
    ReadOnly {
        /// The database.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// There is no room.
    #[error("There is no room left for {path}")]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The disk does not do what it is told.
    #[error("The disk reports an error for {path}: {detail}")]
    Io {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// Another program has it, and did not let go for seconds.
    #[error("Another program holds {path}")]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// There is not enough memory.
    #[error("There is not enough memory to open {path}")]
    OutOfMemory {
        /// The database.
        path: PathBuf,
    },
    /// This program was built with an SQLite that can damage a database in WAL mode.
    #[error("This program carries SQLite {found}; it needs 3.51.3 or newer")]
    SqliteTooOld {
        /// The version it carries.
        found: &'static str,
    },
    /// Something else.
    #[error("{path} could not be opened: {detail}")]
    Other {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
}

impl OpenError {
    /// From a verdict of `quick_check` that is not “ok”.
    pub(crate) fn from_verdict(path: PathBuf, verdict: String) -> Self {
        match unread(&verdict) {
            Some(ffi::SQLITE_NOMEM | ffi::SQLITE_IOERR_NOMEM) => Self::OutOfMemory { path },
            Some(code) if code & 0xff == ffi::SQLITE_IOERR => Self::Io { path, detail: verdict },
            _ => Self::Corrupt { path, detail: verdict },
        }
    }

    pub(crate) fn from_sqlite(path: PathBuf, error: &rusqlite::Error) -> Self {
        let detail = error.to_string();
        if is_out_of_memory(error) {
            return Self::OutOfMemory { path };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { path, detail }
            }
            Some(ErrorCode::SystemIoFailure) => Self::Io { path, detail },
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Busy { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly { path, detail }
            }
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            _ => Self::Other { path, detail },
        }
    }
}

/// What of SQLite's errors a verdict of `quick_check` is really about: a page that could not be
/// read is no page that is damaged.
pub(crate) fn unread(verdict: &str) -> Option<i32> {
    if verdict.contains("failed to get page") {
        return Some(ffi::SQLITE_IOERR_READ);
    }
    let (_, after) = verdict.split_once("unable to get the page. error code=")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Memory that was missing is sometimes reported as an error of the disk.
fn is_out_of_memory(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|e| {
        e.code == ErrorCode::OutOfMemory || e.extended_code == ffi::SQLITE_IOERR_NOMEM
    })
}

/// Why the database did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// There is no room.
    #[error("The disk is full. Nothing was changed")]
    DiskFull,
    /// It cannot be written.
    #[error("The database cannot be written. Nothing was changed")]
    ReadOnly,
    /// It is damaged.
    #[error("The database is damaged: {0}")]
    Corrupt(String),
    /// The disk does not do what it is told.
    #[error("The disk reports an error. Nothing was changed")]
    Io,
    /// Another program has it, and did not let go for seconds.
    #[error("Another program holds the database. Nothing was changed")]
    Busy,
    /// There is not enough memory.
    #[error("There is not enough memory. Nothing was changed")]
    OutOfMemory,
    /// A fault of Aegis itself: the writer panicked at it.
    #[error("Aegis itself is at fault: it broke at this")]
    Broken,
    /// The writer has ended.
    #[error("The database is closed")]
    Closed,
    /// Something else.
    #[error("The database reported: {0}")]
    Sqlite(String),
}

impl From<OpenError> for StoreError {
    /// For whoever opens one more connection to a database that is in use.
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::DiskFull { .. } => Self::DiskFull,
            // That it can be written is known: the writer has it open.
            OpenError::Io { .. } | OpenError::ReadOnly { .. } => Self::Io,
            OpenError::Busy { .. } => Self::Busy,
            OpenError::OutOfMemory { .. } => Self::OutOfMemory,
            OpenError::Corrupt { detail, .. } => Self::Corrupt(detail),
            other => Self::Sqlite(other.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if is_out_of_memory(&error) {
            return Self::OutOfMemory;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Io,
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

/// Why a command was not committed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// The domain refused it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

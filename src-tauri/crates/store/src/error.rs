//! What can go wrong between Aegis and its database.

use aegis_domain::machine::Refused;
use rusqlite::ErrorCode;
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
    pub(crate) fn from_sqlite(path: PathBuf, error: &rusqlite::Error) -> Self {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { path, detail }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly { path, detail }
            }
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            _ => Self::Other { path, detail },
        }
    }
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
    /// The writer has ended.
    #[error("The database is closed")]
    Closed,
    /// Something else.
    #[error("The database reported: {0}")]
    Sqlite(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
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

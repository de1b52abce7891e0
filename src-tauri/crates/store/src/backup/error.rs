//! Why a backup was not made, or not put back.

use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// Why a backup was not made, or not put back. The database is as it was before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// There is no such file.
    #[error("There is no backup “{}”", .0.display())]
    NotFound(PathBuf),
    /// There is one of that name already.
    #[error("There is a backup “{}” already", .0.display())]
    Exists(PathBuf),
    /// It is no database, or not a whole one.
    #[error("“{}” is damaged or is not a database: {detail}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// It is a database of another program.
    #[error("“{}” is a database, but not one of Aegis", .0.display())]
    Foreign(PathBuf),
    /// It was written by a newer Aegis.
    #[error(
        "“{}” was written by a newer Aegis (its form is {found}, this one knows {known})",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: i64,
        /// The newest form that this program knows.
        known: i64,
    },
    /// The copy does not hold what the database holds.
    #[error("The copy “{}” does not hold what the database holds", .0.display())]
    Unequal(PathBuf),
    /// There is no room.
    #[error("There is no room left for “{}”", .0.display())]
    DiskFull(PathBuf),
    /// The folder cannot be written.
    #[error("“{}” cannot be written: {detail}", .path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// Something else.
    #[error("“{}” could not be copied: {detail}", .path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What was said.
        detail: String,
    },
}

impl BackupError {
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let (path, detail) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, detail }
            }
            Some(ErrorCode::DiskFull) => Self::DiskFull(path),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly { path, detail }
            }
            _ => Self::Other { path, detail },
        }
    }

    pub(super) fn from_io(path: &Path, error: &io::Error) -> Self {
        let (path, detail) = (path.to_owned(), error.to_string());
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(path),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path, detail }
            }
            _ => Self::Other { path, detail },
        }
    }
}

//! Why an export or an import did not come about.

use crate::{OpenError, StoreError};
use std::io;

/// Why nothing, or not everything, was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What was to take the lines did not.
    #[error("The export could not be written: {0}")]
    Write(#[source] io::Error),
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why nothing was imported. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The first line is not that of an export.
    #[error("This is not an export of Aegis: its first line is another one")]
    NotAnExport,
    /// A newer Aegis wrote it.
    #[error("This export was written by a newer Aegis")]
    Newer,
    /// A line is not what it should be.
    #[error("Line {line} cannot be taken in: {detail}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        detail: String,
    },
    /// A line is longer than any that is written.
    #[error("Line {line} has more than {most} bytes")]
    LongLine {
        /// Which, from 1.
        line: u64,
        /// The most that a line may have.
        most: usize,
    },
    /// It ends before its last line.
    #[error("The export ends after line {lines}, before its own end")]
    Truncated {
        /// Lines that are there.
        lines: u64,
    },
    /// It is not what was written.
    #[error("The export was changed after it was written: its lines and its last line disagree")]
    Changed,
    /// Rows name others that are nowhere.
    #[error("A row of {table} belongs to one of {parent} that is not there")]
    Incomplete {
        /// The table of the row.
        table: String,
        /// The table of what it names.
        parent: String,
    },
    /// There is something in the database already.
    #[error("There is something in the data directory already")]
    NotEmpty,
    /// It could not be read.
    #[error("The export could not be read: {0}")]
    Read(#[source] io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<rusqlite::Error> for ImportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

//! Copies of the database: made beside the work, checked, kept for a while, and put back.
//!
//! A backup is one file in the folder `backups` of the data directory. It is written under another
//! name and gets its own once it has been opened and checked, so that a file with a backup's name
//! is a backup. The logs of runs are not part of it.

mod error;
mod folder;
mod make;
mod name;
mod restore;
mod verify;

pub use error::BackupError;
pub use folder::{KEPT, find, list};
pub use name::Reason;
pub use restore::{Restored, restore};
pub use verify::{Contents, verify};

pub(crate) use folder::prune;
pub(crate) use make::{before_migration, make};

use aegis_domain::Timestamp;
use std::path::{Path, PathBuf};

/// A file in the folder of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its file.
    pub path: PathBuf,
    /// Up to when it holds everything.
    pub at: Timestamp,
    /// Why it was made.
    pub reason: Reason,
    /// Its size.
    pub bytes: u64,
}

impl Backup {
    /// The file's name, by which it is asked for.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Where the backups of the data directory `dir` are.
#[must_use]
pub fn folder(dir: &Path) -> PathBuf {
    dir.join("backups")
}

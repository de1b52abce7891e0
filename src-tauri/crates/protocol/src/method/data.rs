//! Backups, and removing what is old.

use super::method;
use aegis_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Copy everything but the logs of runs, beside the work; the copy is checked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CreateBackup {}
method!("backup.create", CreateBackup => BackupView);

/// The backups that are kept, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListBackups {}
method!("backup.list", ListBackups => Vec<BackupView>);

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupView {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: String,
    /// Up to when it holds everything.
    pub at: Timestamp,
    /// Why it was made.
    pub reason: BackupReason,
    /// Its size.
    pub bytes: u64,
}

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupReason {
    /// The day's, or somebody asked for it.
    Regular,
    /// A newer Aegis was about to change the form of the database.
    Migration,
    /// Another backup was put in its place.
    Replaced,
}

/// Open a backup and check it whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyBackup {
    /// Its name, as `backup.list` says it.
    pub name: String,
}
method!("backup.verify", VerifyBackup => DataContents);

/// What a whole database holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataContents {
    /// Its file.
    pub path: String,
    /// Its form: it grows with Aegis.
    pub form: i64,
    /// Tasks, deleted ones too.
    pub tasks: u64,
    /// Occurrences.
    pub occurrences: u64,
    /// Runs.
    pub runs: u64,
    /// Events.
    pub events: u64,
}

/// Remove what is older than the settings say; a running engine does so every day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clean {
    /// Only say what would go.
    #[serde(default)]
    pub dry_run: bool,
}
method!("data.clean", Clean => CleanedView);

/// What was removed, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanedView {
    /// Nothing was removed: this is what would be.
    pub dry_run: bool,
    /// The moment that ages were measured against. It is earlier than now when the clock has
    /// jumped, or the computer was off for long: ages are believed a week at a time.
    pub as_of: Timestamp,
    /// Logs of runs.
    pub logs: u64,
    /// Bytes of these.
    pub log_bytes: u64,
    /// Copies of files that no run names any more.
    #[serde(default)]
    pub copies: u64,
    /// Bytes of these.
    #[serde(default)]
    pub copy_bytes: u64,
    /// Occurrences that had ended.
    pub occurrences: u64,
    /// Runs of these.
    pub runs: u64,
    /// Notifications that were shown.
    pub messages: u64,
    /// Keys of requests.
    pub keys: u64,
    /// Tasks that had been deleted.
    pub tasks: u64,
    /// Deleted tasks that have to stay, because other tasks name them.
    pub held: u64,
}

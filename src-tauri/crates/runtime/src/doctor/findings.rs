//! What was seen.

use aegis_domain::Timestamp;
use aegis_domain::retention::Swept;
use aegis_ports::SecretsError;
use aegis_store::search::IndexState;

/// Everything that was seen, of about one moment.
#[derive(Debug, Clone)]
pub(super) struct Findings {
    /// The moment.
    pub(super) now: Timestamp,
    /// The data directory's name.
    pub(super) folder_name: String,
    /// The data directory.
    pub(super) folder: Folder,
    /// Who holds the lock.
    pub(super) lock: Lock,
    /// Who answers at the socket.
    pub(super) engine: Engine,
    /// The database; `None` before the first start.
    pub(super) database: Option<Result<Database, String>>,
    /// The index of the search; `None` when there is none yet.
    pub(super) search: Option<Result<IndexState, String>>,
    /// Bytes that the user may still write; `None` when the system does not say.
    pub(super) free: Option<u64>,
    /// Bytes of the write-ahead log.
    pub(super) wal: u64,
    /// When the newest backup was made.
    pub(super) newest_backup: Result<Option<Timestamp>, String>,
    /// Where the helper is, or why it is not.
    pub(super) helper: Result<String, String>,
    /// What kinds of sandbox can be had: each by its name, with why not; or why nobody says.
    pub(super) sandboxes: Result<Vec<(&'static str, Option<String>)>, String>,
    /// Whether a control group can hold the limits of a run: a clause when not.
    pub(super) control_group: Result<(), String>,
    /// Whether the settings can be read: a sentence when not.
    pub(super) settings: Result<(), String>,
    /// The user's time zone.
    pub(super) zone: Option<String>,
    /// Whether there is a keychain that can be used.
    pub(super) keychain: Result<(), SecretsError>,
}

/// A data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Folder {
    /// Not there yet.
    Missing,
    /// Something else has its name.
    Occupied,
    /// There.
    There {
        /// Whether it is the user's.
        own: bool,
        /// Its permissions.
        mode: u32,
    },
    /// The system says no.
    Unreadable(String),
}

/// The lock of a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lock {
    /// Nobody holds it.
    Free,
    /// Somebody does.
    Held,
    /// The system says no.
    Unreadable(String),
}

/// The other end of the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Engine {
    /// Nobody is there.
    None,
    /// An engine.
    Answers {
        /// Its process.
        pid: u32,
        /// Its version.
        version: String,
    },
    /// Somebody is there and says nothing that is understood.
    Silent(String),
}

/// A whole database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Database {
    /// Its form.
    pub(super) form: i64,
    /// Tasks in it.
    pub(super) tasks: u64,
    /// Runs that have not ended.
    pub(super) unended: usize,
    /// Logs whose run is not in it.
    pub(super) stray_logs: usize,
    /// Runs whose log is shorter than it was.
    pub(super) short_logs: usize,
    /// Bytes of the database.
    pub(super) bytes: u64,
    /// Bytes of all logs.
    pub(super) log_bytes: u64,
    /// When the newest event happened.
    pub(super) newest_event: Option<Timestamp>,
    /// The last time that what is old was removed.
    pub(super) last_sweep: Option<Swept>,
}

//! The engine as a whole.

use super::method;
use aegis_domain::{EventSeq, TaskNumber, Timestamp};
use serde::{Deserialize, Serialize};

/// How the engine is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GetEngineStatus {}

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineStatus {
    /// Aegis' version.
    pub version: String,
    /// The process that holds the engine.
    pub pid: u32,
    /// What kind of program that process is.
    pub host: EngineHost,
    /// Since when it runs.
    pub started_at: Timestamp,
    /// Whether new work is held back.
    pub paused: bool,
    /// Runs that hold a slot.
    pub slots_used: u32,
    /// Most runs at once.
    pub slots_total: u32,
    /// What starts next by itself.
    pub next: Option<NextDue>,
    /// The newest event.
    pub seq: EventSeq,
    /// The user's time zone (IANA).
    pub zone: String,
    /// Where the database and the run logs are.
    pub data_dir: String,
    /// Where Aegis' own log is.
    pub state_dir: String,
    /// Where the settings are.
    pub config_file: String,
    /// SQLite's version.
    pub sqlite_version: String,
}

/// What kind of program holds the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineHost {
    /// The window.
    Window,
    /// `aegis serve`.
    Serve,
    /// A command that found no engine and took the lock for itself.
    Command,
}

/// Work that waits for its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextDue {
    /// When.
    pub at: Timestamp,
    /// Which task.
    pub number: TaskNumber,
    /// Its title.
    pub title: String,
}

method!("engine.status", GetEngineStatus => EngineStatus);

/// Start nothing new; what runs goes on. Survives a restart.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PauseEngine {}
method!("engine.pause", PauseEngine => EngineStatus);

/// Start new work again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ResumeEngine {}
method!("engine.resume", ResumeEngine => EngineStatus);

/// End every run, write everything down, and stop.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StopEngine {}
method!("engine.stop", StopEngine => ());

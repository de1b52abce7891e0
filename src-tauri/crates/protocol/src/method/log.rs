//! What a run printed.

use super::{Feed, method};
use aegis_domain::{RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// A part of a run's log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadLog {
    /// Whose.
    pub run: RunId,
    /// From this byte of the log file; it must be 0 or a `next_offset` given earlier.
    #[serde(default)]
    pub offset: u64,
    /// About this many bytes; 256 KiB when absent, never more than 1 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

method!("log.read", ReadLog => LogPage);

/// A run's log from a byte on, and then as it grows, until the run has ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowLog {
    /// Whose.
    pub run: RunId,
    /// From this byte of the log file; it must be 0 or a `next_offset` given earlier.
    #[serde(default)]
    pub offset: u64,
}

impl Feed for FollowLog {
    const NAME: &'static str = "log.follow";
    type Item = LogPage;
}

/// Consecutive lines of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// Where to read on.
    pub next_offset: u64,
    /// Whether the run has ended and everything was read.
    pub complete: bool,
    /// The file is shorter than the run said: its tail was lost, in a crash or by hand.
    pub tail_lost: bool,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it arrived.
    pub at: Timestamp,
    /// Where it came from.
    pub stream: LogStream,
    /// The text, without its line end. What was not UTF-8 is shown as U+FFFD.
    pub text: String,
    /// The line goes on in the next one of the same stream.
    pub partial: bool,
}

/// Where a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Aegis itself.
    Aegis,
}

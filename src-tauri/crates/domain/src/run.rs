//! A run: one attempt at an occurrence.

use crate::{ErrorCategory, FencingToken, OccurrenceId, ProcessIdentity, RunId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};

/// Why there is this attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunReason {
    /// The first.
    First,
    /// After a failure.
    Retry,
    /// After a rejected review.
    Rework,
    /// Going on after a question or a pause.
    Resume,
    /// After it was cut off.
    Interrupted,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Identity.
    pub id: RunId,
    /// At what.
    pub occurrence: OccurrenceId,
    /// Whose.
    pub task: TaskId,
    /// 1, 2, 3 … within the occurrence.
    pub number: u32,
    /// What its reports must carry.
    pub token: FencingToken,
    /// Why there is this attempt.
    pub reason: RunReason,
    /// Who does it.
    pub agent: String,
    /// When it was claimed.
    pub assigned_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// The process that can be found again after a crash.
    pub process: Option<ProcessIdentity>,
    /// How far it says it is.
    pub progress: Option<Progress>,
    /// How it ended.
    pub end: Option<RunEnd>,
}

/// How far a run says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// 0 to 100.
    pub percent: Option<u8>,
    /// What it is at, in its own words.
    pub step: Option<String>,
}

/// How and when a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEnd {
    /// When.
    pub at: Timestamp,
    /// How.
    pub outcome: Outcome,
    /// The program's exit code, where there was one.
    pub exit_code: Option<i32>,
    /// Bytes of its log; a shorter file has lost its tail.
    pub log_len: u64,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Outcome {
    /// It did what it was to do, and there is evidence.
    Succeeded {
        /// The evidence, in a few words: `exit 0`.
        summary: String,
    },
    /// It did not.
    Failed(Failure),
    /// It was ended because somebody called it off.
    Cancelled,
    /// It was ended to be resumed after an answer or a pause; spends no retry.
    Suspended,
    /// It was cut off with the machine or with Aegis.
    Interrupted,
    /// Its agent went away before it started.
    AgentLost,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of error.
    pub category: ErrorCategory,
    /// What happened, with what.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without advice.
    pub fn new(category: ErrorCategory, message: impl Into<String>) -> Self {
        Self { category, message: message.into(), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.hint.as_ref().map_or_else(|| self.message.clone(), |h| format!("{} {h}", self.message))
    }
}

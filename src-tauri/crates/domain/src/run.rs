//! A run: one attempt at an occurrence.

use crate::{
    Artifact, ErrorCategory, ExecutorName, FencingToken, Occurrence, OccurrenceId, Pace,
    ProcessIdentity, Progress, RunId, TaskId, Timestamp, ToolUse, Usd,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// After its agent went away before it had started.
    AgentLost,
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
    /// What does the work; the task may name another one by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<ExecutorName>,
    /// Since when it could have been claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// When it was claimed.
    pub assigned_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// The process that can be found again after a crash.
    pub process: Option<ProcessIdentity>,
    /// How far it says it is.
    pub progress: Option<Progress>,
    /// From where its pace is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// What it used so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Where it could go on, oldest first; the last few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<Checkpoint>,
    /// What it left behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact>,
    /// The session of the agent that did it, by which it can be taken up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// What the watched files were like when it was claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// How it ended.
    pub end: Option<RunEnd>,
}

impl Run {
    /// An attempt that was claimed at `at` and has not begun.
    #[must_use]
    pub fn claimed(
        id: RunId,
        occurrence: &Occurrence,
        (number, token): (u32, FencingToken),
        reason: RunReason,
        agent: &str,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            occurrence: occurrence.id,
            task: occurrence.task,
            number,
            token,
            reason,
            agent: agent.to_owned(),
            executor: None,
            ready_at: None,
            assigned_at: at,
            started_at: None,
            process: None,
            progress: None,
            pace: None,
            usage: None,
            checkpoints: Vec::new(),
            artifacts: Vec::new(),
            session: None,
            fingerprint: None,
            end: None,
        }
    }
}

/// What a run used of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// What it cost.
    pub cost: Usd,
}

/// A place where a run could be taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// When it was made.
    pub at: Timestamp,
    /// What has been done by then, in the run's own words.
    pub label: String,
    /// What the executor needs to go on from here.
    pub data: Value,
}

/// What a run says of itself while it is at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "data")]
pub enum Report {
    /// How far it is.
    Progress(Progress),
    /// What it used so far, in all.
    Usage(Usage),
    /// Where it could go on.
    Checkpoint(Checkpoint),
    /// What it left behind, beside what it named before.
    Artifacts(Vec<Artifact>),
    /// The session by which it can be taken up again.
    Session(String),
    /// A tool was called.
    ToolUse(Box<ToolUse>),
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
    /// What it found out, for conditions and for whoever comes next.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub result: Value,
    /// Bytes of its log; a shorter file has lost its tail.
    pub log_len: u64,
    /// The log was removed because it was old, or because there were too many.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log_removed: bool,
}

impl RunEnd {
    /// An end without an exit code, a result or a log.
    #[must_use]
    pub const fn new(at: Timestamp, outcome: Outcome) -> Self {
        Self { at, outcome, exit_code: None, result: Value::Null, log_len: 0, log_removed: false }
    }
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
    /// When a service said to come again, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
}

impl Failure {
    /// A failure without advice.
    pub fn new(category: ErrorCategory, message: impl Into<String>) -> Self {
        Self { category, message: message.into(), hint: None, retry_at: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the moment at which a service said to come again.
    #[must_use]
    pub const fn not_before(mut self, at: Timestamp) -> Self {
        self.retry_at = Some(at);
        self
    }

    /// What happened and what to do, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.hint.as_ref().map_or_else(|| self.message.clone(), |h| format!("{} {h}", self.message))
    }
}

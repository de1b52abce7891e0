//! What can be asked of the machine.

use crate::{
    Actor, AskId, AskKind, Blocker, Cause, Draft, FencingToken, Invalid, OccurrenceId, Outcome,
    Pause, ProcessIdentity, Progress, RunId, SkipReason, TaskEdit, TaskId,
};
use serde::{Deserialize, Serialize};

/// A run, with the proof that whoever speaks for it is its current holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRef {
    /// Which run.
    pub run: RunId,
    /// The token it was claimed with.
    pub token: FencingToken,
}

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Answer {
    /// Yes.
    Grant,
    /// No.
    Deny,
    /// Words.
    Text(String),
}

/// What a review says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Verdict {
    /// Good.
    Pass,
    /// Not good yet.
    Reject {
        /// What is missing.
        feedback: String,
    },
}

/// A command: what somebody, or the engine, wants to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
#[allow(missing_docs)] // A field says what its type says; each command says what it is for.
pub enum Command {
    /// Make a task, and its occurrence unless it is manual.
    CreateTask { id: TaskId, draft: Box<Draft>, by: Actor },
    /// Change a task's definition.
    EditTask { task: TaskId, edit: TaskEdit, by: Actor },
    /// Delete a task; its live occurrences are called off.
    DeleteTask { task: TaskId, by: Actor },
    /// Take a deletion back.
    RestoreTask { task: TaskId, by: Actor },
    /// Put a task away; its live occurrences are called off.
    ArchiveTask { task: TaskId, by: Actor },
    /// Make an occurrence now.
    Trigger { task: TaskId, cause: Cause, by: Actor },
    /// Somebody did it by hand.
    CompleteByHand { task: TaskId, by: Actor },
    /// The checks that need the machine are done: created → queued or failed(invalid).
    Validate { occurrence: OccurrenceId, problem: Option<Invalid> },
    /// Something is missing.
    Block { occurrence: OccurrenceId, by: Vec<Blocker> },
    /// Nothing is missing any more.
    Unblock { occurrence: OccurrenceId },
    /// What it depends on failed, and the policy says that it fails too.
    FailBlocked { occurrence: OccurrenceId, message: String },
    /// Leave it out.
    Skip { occurrence: OccurrenceId, why: SkipReason },
    /// Its time has passed.
    Expire { occurrence: OccurrenceId },
    /// Take it on.
    Claim { occurrence: OccurrenceId, run: RunId, agent: String },
    /// The run has begun.
    Start { run: RunRef, process: Option<ProcessIdentity> },
    /// The run's agent went away before it began.
    LoseAgent { run: RunRef },
    /// How far the run is.
    ReportProgress { run: RunRef, progress: Progress },
    /// The run needs a person.
    Ask { run: RunRef, kind: AskKind, question: String },
    /// A person answers.
    Answer { occurrence: OccurrenceId, ask: AskId, answer: Answer, by: Actor },
    /// Hold a live run.
    Pause { occurrence: OccurrenceId, pause: Pause, by: Actor },
    /// Go on.
    Resume { occurrence: OccurrenceId, by: Actor },
    /// The run has ended.
    Finish { run: RunRef, outcome: Outcome, exit_code: Option<i32>, log_len: u64 },
    /// The run was cut off, found after a crash. Only whoever holds the engine's lock says so.
    Interrupt { run: RunId },
    /// Somebody has looked at the outcome.
    Review { occurrence: OccurrenceId, verdict: Verdict, by: Actor },
    /// Call it off.
    Cancel { occurrence: OccurrenceId, by: Actor },
}

/// What a command is about: tells the store which rows to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A task that is about to be.
    NewTask(TaskId),
    /// A task, with its live occurrences and its last terminal one.
    Task(TaskId),
    /// An occurrence, with its task and its last run.
    Occurrence(OccurrenceId),
    /// A run, with its occurrence and its task.
    Run(RunId),
}

impl Command {
    /// What it is about.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        match self {
            Self::CreateTask { id, .. } => Subject::NewTask(*id),
            Self::EditTask { task, .. }
            | Self::DeleteTask { task, .. }
            | Self::RestoreTask { task, .. }
            | Self::ArchiveTask { task, .. }
            | Self::Trigger { task, .. }
            | Self::CompleteByHand { task, .. } => Subject::Task(*task),
            Self::Validate { occurrence, .. }
            | Self::Block { occurrence, .. }
            | Self::Unblock { occurrence }
            | Self::FailBlocked { occurrence, .. }
            | Self::Skip { occurrence, .. }
            | Self::Expire { occurrence }
            | Self::Claim { occurrence, .. }
            | Self::Answer { occurrence, .. }
            | Self::Pause { occurrence, .. }
            | Self::Resume { occurrence, .. }
            | Self::Review { occurrence, .. }
            | Self::Cancel { occurrence, .. } => Subject::Occurrence(*occurrence),
            Self::Start { run, .. }
            | Self::LoseAgent { run }
            | Self::ReportProgress { run, .. }
            | Self::Ask { run, .. }
            | Self::Finish { run, .. } => Subject::Run(run.run),
            Self::Interrupt { run } => Subject::Run(*run),
        }
    }
}

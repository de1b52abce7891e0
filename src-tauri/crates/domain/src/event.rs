//! An event: what happened, in one global order.

use crate::{
    Actor, Cause, EventSeq, OccurrenceId, Outcome, Progress, RunId, RunReason, State, StateName,
    TaskId, Timestamp,
};
use serde::{Deserialize, Serialize};

/// Something that happened, before it has its place in the sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// To which task.
    pub task: TaskId,
    /// To which occurrence.
    pub occurrence: Option<OccurrenceId>,
    /// To which run.
    pub run: Option<RunId>,
    /// What.
    pub kind: EventKind,
}

/// Something that happened. Never changed, never out of order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the one global sequence.
    pub seq: EventSeq,
    /// What happened.
    #[serde(flatten)]
    pub what: NewEvent,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "data")]
pub enum EventKind {
    /// A task was asked for.
    TaskCreated,
    /// A task's definition changed.
    TaskEdited {
        /// Which fields.
        fields: Vec<String>,
    },
    /// A task was deleted; it can be restored.
    TaskDeleted,
    /// A deleted task is back.
    TaskRestored,
    /// A task makes no more occurrences.
    TaskArchived,
    /// An occurrence came to be.
    OccurrenceCreated {
        /// Why.
        cause: Cause,
    },
    /// An occurrence went from one state to another.
    Moved {
        /// From.
        from: StateName,
        /// To, with what belongs to it.
        to: State,
    },
    /// Somebody wants a live occurrence to end.
    CancelRequested,
    /// An attempt was claimed.
    RunAssigned {
        /// 1, 2, 3 … within the occurrence.
        number: u32,
        /// Why there is this attempt.
        reason: RunReason,
    },
    /// An attempt ended.
    RunEnded {
        /// How.
        outcome: Outcome,
        /// The program's exit code, where there was one.
        exit_code: Option<i32>,
    },
    /// An attempt says how far it is. Compacted: only the last one counts.
    Progressed {
        /// How far.
        progress: Progress,
    },
}

impl EventKind {
    /// The stable name, as in the API and the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TaskCreated => "task_created",
            Self::TaskEdited { .. } => "task_edited",
            Self::TaskDeleted => "task_deleted",
            Self::TaskRestored => "task_restored",
            Self::TaskArchived => "task_archived",
            Self::OccurrenceCreated { .. } => "occurrence_created",
            Self::Moved { .. } => "moved",
            Self::CancelRequested => "cancel_requested",
            Self::RunAssigned { .. } => "run_assigned",
            Self::RunEnded { .. } => "run_ended",
            Self::Progressed { .. } => "progressed",
        }
    }
}

//! An event: what happened, in one global order.

use crate::idle::Idle;
use crate::schedule::SkippedRange;
use crate::{
    Actor, Artifact, Cause, EventSeq, OccurrenceId, Outcome, Progress, Review, RunId, RunReason,
    State, StateName, TaskId, Timestamp, Usage,
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
    /// A task makes no occurrences by itself for now.
    TaskPaused,
    /// A task makes occurrences by itself again.
    TaskResumed,
    /// Instants of the schedule passed, and nothing is made up for them.
    InstantsSkipped {
        /// Which.
        range: SkippedRange,
    },
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
    /// Somebody looked at the outcome.
    Reviewed {
        /// What they said.
        review: Review,
    },
    /// An attempt says how far it is. Compacted: only the last one counts.
    Progressed {
        /// How far.
        progress: Progress,
    },
    /// An attempt says what it has used so far. Compacted: only the last one counts.
    UsageReported {
        /// In all.
        usage: Usage,
    },
    /// An attempt could be taken up again from here.
    CheckpointMade {
        /// What has been done by then.
        label: String,
    },
    /// An attempt succeeded and did nothing, as far as its task's past tells.
    DidNothing {
        /// What shows it.
        idle: Idle,
    },
    /// An attempt left files behind.
    ArtifactsAdded {
        /// Which.
        artifacts: Vec<Artifact>,
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
            Self::TaskPaused => "task_paused",
            Self::TaskResumed => "task_resumed",
            Self::InstantsSkipped { .. } => "instants_skipped",
            Self::OccurrenceCreated { .. } => "occurrence_created",
            Self::Moved { .. } => "moved",
            Self::CancelRequested => "cancel_requested",
            Self::RunAssigned { .. } => "run_assigned",
            Self::RunEnded { .. } => "run_ended",
            Self::Reviewed { .. } => "reviewed",
            Self::Progressed { .. } => "progressed",
            Self::UsageReported { .. } => "usage_reported",
            Self::CheckpointMade { .. } => "checkpoint_made",
            Self::DidNothing { .. } => "did_nothing",
            Self::ArtifactsAdded { .. } => "artifacts_added",
        }
    }
}

//! Where an occurrence stands, and why.
//!
//! A state carries what belongs to it and nothing else, so that a state that makes no sense cannot
//! be written down.

use crate::{
    Actor, Ask, BudgetOf, ErrorCategory, OccurrenceId, RunId, SortKey, TaskId, Timestamp, Usd,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an occurrence stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum State {
    /// Not checked yet.
    Created,
    /// Something is missing.
    Blocked {
        /// What is missing; never empty.
        by: Vec<Blocker>,
        /// What kind of start it waits for.
        reason: QueueReason,
        /// Its place in the line, for when nothing is missing any more.
        sort_key: SortKey,
    },
    /// May start when `not_before` has come and a slot is free.
    Queued {
        /// What kind of start it waits for.
        reason: QueueReason,
        /// Not earlier than this.
        not_before: Timestamp,
        /// Its place in the line.
        sort_key: SortKey,
    },
    /// Claimed; its run has not started yet.
    Assigned {
        /// The attempt.
        run: RunId,
    },
    /// At work.
    Executing {
        /// The attempt.
        run: RunId,
        /// Since when, in this stretch.
        since: Timestamp,
    },
    /// A person is asked.
    Awaiting {
        /// What they are asked.
        ask: Ask,
        /// The live attempt; `None` once it was ended to be resumed later.
        run: Option<RunId>,
    },
    /// Held on purpose.
    Paused {
        /// How.
        pause: Pause,
        /// The frozen attempt; `None` when it left a checkpoint and ended.
        run: Option<RunId>,
    },
    /// The outcome is looked at.
    Reviewing {
        /// The attempt whose outcome it is.
        run: RunId,
    },
    /// Done.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// Not done, and not tried again.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        why: FailureReason,
        /// What kind of error.
        category: ErrorCategory,
        /// What happened, and what to do: for people.
        message: String,
    },
    /// Called off.
    Cancelled {
        /// When.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// Left out on purpose.
    Skipped {
        /// When.
        at: Timestamp,
        /// Why.
        why: SkipReason,
    },
    /// Its time passed before it could start or be answered.
    Expired {
        /// When.
        at: Timestamp,
    },
}

/// A state without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Each is documented at `State`.
pub enum StateName {
    Created,
    Blocked,
    Queued,
    Assigned,
    Executing,
    Awaiting,
    Paused,
    Reviewing,
    Completed,
    Failed,
    Cancelled,
    Skipped,
    Expired,
}

impl StateName {
    /// Every state.
    pub const ALL: [Self; 13] = [
        Self::Created,
        Self::Blocked,
        Self::Queued,
        Self::Assigned,
        Self::Executing,
        Self::Awaiting,
        Self::Paused,
        Self::Reviewing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Skipped,
        Self::Expired,
    ];

    /// The stable name, as in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Blocked => "blocked",
            Self::Queued => "queued",
            Self::Assigned => "assigned",
            Self::Executing => "executing",
            Self::Awaiting => "awaiting",
            Self::Paused => "paused",
            Self::Reviewing => "reviewing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing follows any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::Cancelled | Self::Skipped | Self::Expired
        )
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl State {
    /// The state without what it carries.
    #[must_use]
    pub const fn name(&self) -> StateName {
        match self {
            Self::Created => StateName::Created,
            Self::Blocked { .. } => StateName::Blocked,
            Self::Queued { .. } => StateName::Queued,
            Self::Assigned { .. } => StateName::Assigned,
            Self::Executing { .. } => StateName::Executing,
            Self::Awaiting { .. } => StateName::Awaiting,
            Self::Paused { .. } => StateName::Paused,
            Self::Reviewing { .. } => StateName::Reviewing,
            Self::Completed { .. } => StateName::Completed,
            Self::Failed { .. } => StateName::Failed,
            Self::Cancelled { .. } => StateName::Cancelled,
            Self::Skipped { .. } => StateName::Skipped,
            Self::Expired { .. } => StateName::Expired,
        }
    }

    /// Whether nothing follows any more.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.name().is_terminal()
    }

    /// The attempt that is alive in this state.
    #[must_use]
    pub const fn live_run(&self) -> Option<RunId> {
        match self {
            Self::Assigned { run } | Self::Executing { run, .. } => Some(*run),
            Self::Awaiting { run, .. } | Self::Paused { run, .. } => *run,
            _ => None,
        }
    }
}

/// What kind of start a queued occurrence waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueReason {
    /// The first.
    First,
    /// Another one after a failure.
    Retry,
    /// Another one after a rejected review.
    Rework,
    /// Going on after a question or a pause.
    Resume,
    /// Another one after it was cut off.
    Interrupted,
    /// Its agent went away before it started.
    AgentLost,
}

/// What a blocked occurrence waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Blocker {
    /// Another task's outcome.
    Dependency {
        /// Whose.
        task: TaskId,
    },
    /// The end of another occurrence of the same task.
    Occurrence {
        /// Which.
        occurrence: OccurrenceId,
    },
    /// A shared resource.
    Resource {
        /// Its name.
        name: String,
        /// How much of it is wanted.
        amount: u32,
    },
    /// A person's decision.
    Decision {
        /// What is to be decided.
        question: String,
    },
    /// Money: what a period may cost is spent.
    Budget {
        /// Which budget.
        of: BudgetOf,
        /// What has been spent of it.
        spent: Usd,
        /// How much it is.
        limit: Usd,
        /// When the period ends: it goes on by itself then.
        until: Timestamp,
    },
}

impl Blocker {
    /// Whether a person can let the work go on in spite of it.
    #[must_use]
    pub const fn is_for_a_person(&self) -> bool {
        matches!(self, Self::Decision { .. } | Self::Budget { .. })
    }
}

/// How an occurrence is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Its processes are stopped where they are.
    Frozen,
    /// It left a checkpoint and ended.
    Checkpoint,
}

/// Why nothing was tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The request itself could not stand.
    Invalid,
    /// What it depends on failed.
    Dependency,
    /// The run failed, and no retry was left or worth it.
    RunFailed,
    /// A person said no.
    Denied,
    /// Cut off three times.
    CrashLoop,
    /// Cut off, and the task says that this is a failure.
    Interrupted,
    /// Rejected by review too often.
    ReviewRejected,
}

/// Why an occurrence was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The one before was still at work.
    Overlap,
    /// Nothing had changed.
    NothingChanged,
    /// There was no evidence to work on.
    NoEvidence,
    /// What it depends on did not end as it should, and the task says to leave it out then.
    Dependency,
    /// The task's condition did not hold.
    Condition,
    /// Somebody said so.
    Asked,
}

//! Why a command was refused.

use crate::{FencingToken, StateName};

/// A typed reason. The text is a sentence that says what to do where there is something to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such task.
    #[error("There is no such task. List the tasks to see their numbers.")]
    NoSuchTask,
    /// There is no such occurrence.
    #[error("There is no such occurrence. It may have been removed by retention.")]
    NoSuchOccurrence,
    /// There is no such run.
    #[error("There is no such run. It may have been removed by retention.")]
    NoSuchRun,
    /// The edge does not exist.
    #[error("It is {from}, so it cannot {verb}.")]
    Illegal {
        /// Where it stands.
        from: StateName,
        /// What was wanted, as a verb: `be paused`.
        verb: &'static str,
    },
    /// Whoever speaks is not the run's current holder.
    #[error(
        "This run is no longer the current one (its token is {given}, the current one is {current}). Its report was not used."
    )]
    StaleToken {
        /// The token given.
        given: FencingToken,
        /// The token that counts.
        current: FencingToken,
    },
    /// The task was deleted.
    #[error("The task was deleted. Restore it first.")]
    TaskDeleted,
    /// The task was put away.
    #[error("The task is archived. It makes no more occurrences.")]
    TaskArchived,
    /// The task is not deleted.
    #[error("The task was not deleted, so there is nothing to restore.")]
    NotDeleted,
    /// A task with this id exists.
    #[error("A task with this id exists already.")]
    TaskExists,
    /// An occurrence of it is at work or about to be.
    #[error("It is already {state}. Wait until it has ended, or cancel it first.")]
    AlreadyLive {
        /// Where it stands.
        state: StateName,
    },
    /// Nobody is named who could do it.
    #[error(
        "Nobody is named who could do it. Do it and mark it done, or create it again with an executor."
    )]
    NoExecutor,
    /// It has ended, so there is nothing left to call off.
    #[error("It has already ended ({state}), so there is nothing to cancel.")]
    AlreadyEnded {
        /// How.
        state: StateName,
    },
    /// Something else is being asked.
    #[error("This question is no longer open. Look at the task for the current one.")]
    AskClosed,
    /// Nothing has run that could run again.
    #[error("It has not run yet, so it cannot run again. Run it now instead.")]
    NeverRan,
    /// An edit without a change.
    #[error("Nothing would change.")]
    NoChange,
    /// A list that may not be empty was.
    #[error("Nothing is said to be missing, so it cannot be blocked.")]
    NothingMissing,
}

/// What kind of refusal, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedKind {
    /// The thing is not there.
    NotFound,
    /// The thing is there, but not in a state for this.
    Conflict,
    /// The request itself cannot stand.
    Invalid,
}

impl Refused {
    /// What kind of refusal.
    #[must_use]
    pub const fn kind(&self) -> RefusedKind {
        match self {
            Self::NoSuchTask | Self::NoSuchOccurrence | Self::NoSuchRun => RefusedKind::NotFound,
            Self::NoChange | Self::NothingMissing | Self::NoExecutor => RefusedKind::Invalid,
            Self::Illegal { .. }
            | Self::StaleToken { .. }
            | Self::TaskDeleted
            | Self::TaskArchived
            | Self::NotDeleted
            | Self::TaskExists
            | Self::AlreadyLive { .. }
            | Self::AlreadyEnded { .. }
            | Self::AskClosed
            | Self::NeverRan => RefusedKind::Conflict,
        }
    }
}

//! Why a command was refused.

use crate::{FencingToken, Invalid, StateName, TaskId, TaskNumber};

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
    /// Its executor has no way to hold a run.
    #[error("What does the work has no way to hold. Cancel it, and run it again later.")]
    NoPause,
    /// It can only be held at a checkpoint, and has made none.
    #[error("It has made no checkpoint yet, so it could not go on from where it is. Wait for one.")]
    NoCheckpoint,
    /// Something else is being asked.
    #[error("This question is no longer open. Look at the task for the current one.")]
    AskClosed,
    /// Nothing has run that could run again.
    #[error("It has not run yet, so it cannot run again. Run it now instead.")]
    NeverRan,
    /// Another task has the slug.
    #[error("Another task is called “{slug}” already. Choose another slug.")]
    SlugTaken {
        /// The slug.
        slug: String,
    },
    /// A task that the command names is not there.
    #[error("There is no task {name} to wait for. List the tasks to see their numbers.")]
    NoSuchPeer {
        /// As named.
        name: String,
    },
    /// A task that the command names was deleted.
    #[error("#{number} was deleted, so nothing can wait for it. Restore it first.")]
    PeerDeleted {
        /// Its number.
        number: TaskNumber,
    },
    /// Tasks would wait for one another in a circle.
    #[error("This would close a circle: {path}. Leave out one of these.")]
    Circle {
        /// The way round: `#1 waits for #2, which waits for #1`.
        path: String,
    },
    /// Runs set off one another without end.
    #[error(
        "{limit} runs have set off one another, which looks like a loop, so this one was stopped. Break the loop, or create the task yourself."
    )]
    TooDeep {
        /// How many are allowed.
        limit: u32,
    },
    /// One run makes too many tasks.
    #[error(
        "This run has made {limit} tasks already, and no run can make more. Let it make one task that does the rest."
    )]
    TooManyMade {
        /// How many are allowed.
        limit: u32,
    },
    /// The same request was made before, and has made a task: nothing is to be done.
    #[error("This request has made #{number} before. Nothing was made.")]
    MadeBefore {
        /// What it has made.
        task: TaskId,
        /// Its number.
        number: TaskNumber,
    },
    /// Another request was made with the key.
    #[error(
        "The key “{key}” belongs to another request, which has made #{number}. Use a new key for a new request."
    )]
    KeyUsed {
        /// The key.
        key: String,
        /// What the other request has made.
        number: TaskNumber,
    },
    /// There is no room for another key.
    #[error(
        "There are {limit} keys of requests already, which is all that are kept. Leave the key out, or try again when old ones have gone."
    )]
    TooManyKeys {
        /// How many are kept.
        limit: u64,
    },
    /// There may be one task of a kind, and there is.
    #[error(
        "There is a task for “{key}” already: #{number} is {state}. Wait until it has ended, or use that one."
    )]
    NotUnique {
        /// The kind.
        key: String,
        /// The one that is there.
        task: TaskId,
        /// Its number.
        number: TaskNumber,
        /// Where it stands.
        state: &'static str,
    },
    /// Only what was deleted can be removed for good.
    #[error("#{number} was not deleted, so it cannot be removed for good. Delete it first.")]
    NotDeletedYet {
        /// Its number.
        number: TaskNumber,
    },
    /// Something of it is still being ended.
    #[error("Something of #{number} is still being ended. Try again in a moment.")]
    StillEnding {
        /// Its number.
        number: TaskNumber,
    },
    /// Another task names it.
    #[error(
        "#{by} names #{number}, so it cannot be removed for good. Change #{by}, or remove it first."
    )]
    StillNamed {
        /// Its number.
        number: TaskNumber,
        /// The other one.
        by: TaskNumber,
    },
    /// The task makes no occurrences by itself for now.
    #[error("The task is paused, so its schedule makes nothing. Turn it on first.")]
    NotActive,
    /// The task is as it should become.
    #[error("The task is {state} already.")]
    SameStatus {
        /// How: `on`, `paused`.
        state: &'static str,
    },
    /// Nothing is due that could be left out.
    #[error("Nothing is planned for it, so there is nothing to leave out.")]
    NothingDue,
    /// Nobody holds it back.
    #[error("Nobody holds it back (it is {state}), so it cannot be released.")]
    NotHeld {
        /// Where it stands.
        state: StateName,
    },
    /// There is no such template.
    #[error("There is no template “{name}”. List the templates to see their names.")]
    NoSuchTemplate {
        /// As named.
        name: String,
    },
    /// There is no such rule.
    #[error("There is no such rule. It may have been removed already; list the rules to see.")]
    NoSuchRule,
    /// There are too many rules.
    #[error("There are {limit} rules already, which is all that are kept. Remove some first.")]
    TooManyRules {
        /// How many are kept.
        limit: usize,
    },
    /// The task's last run left no session.
    #[error("Nothing of it can be taken up again: no run of it has left a session. Run it again.")]
    NoSession,
    /// A field cannot stand.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// An edit without a change.
    #[error("Nothing would change.")]
    NoChange,
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
            Self::NoSuchTask
            | Self::NoSuchOccurrence
            | Self::NoSuchRun
            | Self::NoSuchPeer { .. }
            | Self::NoSuchTemplate { .. }
            | Self::NoSuchRule => RefusedKind::NotFound,
            Self::NoChange | Self::NoExecutor | Self::Circle { .. } | Self::Invalid(_) => {
                RefusedKind::Invalid
            }
            Self::Illegal { .. }
            | Self::StaleToken { .. }
            | Self::TaskDeleted
            | Self::TaskArchived
            | Self::NotDeleted
            | Self::TaskExists
            | Self::AlreadyLive { .. }
            | Self::AlreadyEnded { .. }
            | Self::NoPause
            | Self::NoCheckpoint
            | Self::AskClosed
            | Self::SlugTaken { .. }
            | Self::PeerDeleted { .. }
            | Self::TooDeep { .. }
            | Self::TooManyMade { .. }
            | Self::MadeBefore { .. }
            | Self::KeyUsed { .. }
            | Self::TooManyKeys { .. }
            | Self::NotUnique { .. }
            | Self::NotDeletedYet { .. }
            | Self::StillEnding { .. }
            | Self::StillNamed { .. }
            | Self::NotActive
            | Self::SameStatus { .. }
            | Self::NothingDue
            | Self::NotHeld { .. }
            | Self::TooManyRules { .. }
            | Self::NoSession
            | Self::NeverRan => RefusedKind::Conflict,
        }
    }
}

//! What a task shows as its state: a pure fold of its occurrences.

mod words;

pub use words::Vocabulary;

use crate::{Occurrence, State, StateName, Task};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;

/// Where a task stands on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Not asked to run, or something is missing.
    Backlog,
    /// Will start by itself.
    Queued,
    /// Live.
    Running,
    /// Its outcome is looked at.
    Review,
    /// Done.
    Done,
    /// Failed, called off or expired.
    Failed,
}

impl Column {
    /// Every column, from left to right.
    pub const ALL: [Self; 6] =
        [Self::Backlog, Self::Queued, Self::Running, Self::Review, Self::Done, Self::Failed];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backlog => "backlog",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Review => "review",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// How far along a live state is; the most advanced one speaks for the task.
const fn advance(state: &State) -> u8 {
    match state.name() {
        StateName::Created => 1,
        StateName::Blocked => 2,
        StateName::Queued => 3,
        StateName::Assigned => 4,
        StateName::Paused => 5,
        StateName::Executing => 6,
        StateName::Reviewing => 7,
        StateName::Awaiting => 8,
        _ => 0,
    }
}

/// The occurrence that speaks for a task: its most advanced live one, else its last terminal one
/// (a skipped one appears in histories only).
#[must_use]
pub fn speaker<O: Borrow<Occurrence>>(occurrences: &[O]) -> Option<&Occurrence> {
    let all = || occurrences.iter().map(Borrow::borrow);
    all()
        .filter(|o| !o.state.is_terminal())
        .max_by_key(|o| (advance(&o.state), o.created_at, o.id))
        .or_else(|| {
            all()
                .filter(|o| o.state.is_terminal() && o.state.name() != StateName::Skipped)
                .max_by_key(|o| (o.updated_at, o.id))
        })
}

/// The state that `task` shows, with its occurrences in any order: that of its most advanced live
/// one; else `queued` when something is planned; else its last terminal one; `None` when it has
/// never run.
#[must_use]
pub fn state<O: Borrow<Occurrence>>(task: &Task, occurrences: &[O]) -> Option<StateName> {
    let state = speaker(occurrences).map(|o| o.state.name());
    match state {
        Some(state) if !state.is_terminal() => Some(state),
        _ if task.next_due.is_some() => Some(StateName::Queued),
        state => state,
    }
}

/// Where `task` stands on the board, with its occurrences in any order.
#[must_use]
pub fn column<O: Borrow<Occurrence>>(task: &Task, occurrences: &[O]) -> Column {
    let Some(state) = state(task, occurrences) else { return Column::Backlog };
    match state {
        StateName::Created | StateName::Blocked => Column::Backlog,
        StateName::Queued => Column::Queued,
        StateName::Assigned | StateName::Executing | StateName::Awaiting | StateName::Paused => {
            Column::Running
        }
        StateName::Reviewing => Column::Review,
        StateName::Completed | StateName::Skipped => Column::Done,
        StateName::Failed | StateName::Cancelled | StateName::Expired => Column::Failed,
    }
}

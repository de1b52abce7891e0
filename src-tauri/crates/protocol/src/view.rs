//! What is shown.

use aegis_domain::coarse::Column;
use aegis_domain::{
    Occurrence, OccurrenceId, Outcome, Priority, Progress, Run, RunId, ShortId, State, Tag, Task,
    TaskId, TaskNumber, Timestamp,
};
use serde::{Deserialize, Serialize};

/// A task as a card on the board and a line in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    /// Identity.
    pub id: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// Six or more characters.
    pub short_id: ShortId,
    /// One line.
    pub title: String,
    /// Where it stands on the board.
    pub column: Column,
    /// The occurrence that speaks for the task; `None` when it never ran.
    pub occurrence: Option<OccurrenceId>,
    /// That occurrence's state.
    pub state: Option<State>,
    /// Somebody wants it to end, and it has not ended yet.
    pub cancelling: bool,
    /// Who does it; `None` is a person.
    pub executor: Option<String>,
    /// Where it works, as shown to people.
    pub place: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// For finding it again.
    pub tags: Vec<Tag>,
    /// When it starts by itself, while it waits.
    pub due: Option<Timestamp>,
    /// The last attempt.
    pub run: Option<CardRun>,
    /// When the task was asked for.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
    /// What can be done with it now.
    pub actions: Vec<Action>,
}

/// The last attempt, as a card shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRun {
    /// Identity: for its log.
    pub id: RunId,
    /// 1, 2, 3 … within the occurrence.
    pub number: u32,
    /// Further attempts that are allowed after a failure.
    pub retries_left: u32,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The program's exit code.
    pub exit_code: Option<i32>,
    /// How far it says it is.
    pub progress: Option<Progress>,
    /// The last line that it printed, while it is live.
    pub last_line: Option<String>,
}

/// Something that can be done with a task now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Start it for the first time.
    Run,
    /// Start it once more.
    RunAgain,
    /// Call it off.
    Cancel,
    /// Stop it where it is.
    Pause,
    /// Let it go on.
    Resume,
    /// Say that it was done by hand.
    Done,
    /// Say whether the outcome is good.
    Review,
    /// Answer its question.
    Answer,
    /// Delete it.
    Delete,
    /// Take the deletion back.
    Restore,
}

/// Everything about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// Its card.
    pub card: CardView,
    /// Its definition.
    pub task: Task,
    /// Its occurrences, newest first; at most 50.
    pub occurrences: Vec<Occurrence>,
    /// Their runs, newest first; at most 200.
    pub runs: Vec<Run>,
}

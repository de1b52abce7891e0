//! What is shown.

use aegis_domain::coarse::Column;
use aegis_domain::idle::Idle;
use aegis_domain::{
    BudgetOf, Occurrence, OccurrenceId, Outcome, Priority, Progress, Run, RunId, ShortId, State,
    Tag, Task, TaskId, TaskKind, TaskNumber, TaskStatus, Timestamp, Usd,
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
    /// How often it makes occurrences.
    pub kind: TaskKind,
    /// Its schedule in words, when it has one: `every weekday at 07:00 (Europe/Berlin)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Whether it makes occurrences by itself.
    pub status: TaskStatus,
    /// What it waits for, while it is blocked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<WaitView>,
    /// Whom it is given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Its workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// What `metadata.ui` says of its look.
    #[serde(default, skip_serializing_if = "CardLook::is_plain")]
    pub look: CardLook,
    /// Who does it; `None` is a person.
    pub executor: Option<String>,
    /// Where it works, as shown to people.
    pub place: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// For finding it again.
    pub tags: Vec<Tag>,
    /// When it starts by itself next.
    pub due: Option<Timestamp>,
    /// The last attempt.
    pub run: Option<CardRun>,
    /// What models have cost in this occurrence so far.
    #[serde(default, skip_serializing_if = "Usd::is_zero")]
    pub cost: Usd,
    /// This occurrence succeeded, and did nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<Idle>,
    /// When the task was asked for.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
    /// What can be done with it now.
    pub actions: Vec<Action>,
}

/// What a blocked card waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum WaitView {
    /// Another task's outcome.
    Task {
        /// `#42`.
        number: TaskNumber,
        /// One line.
        title: String,
    },
    /// An earlier occurrence of the same task.
    Earlier,
    /// A shared resource.
    Resource {
        /// Its name.
        name: String,
    },
    /// A person's decision.
    Decision {
        /// What is to be decided.
        question: String,
    },
    /// Money: a budget is spent.
    Money {
        /// Which budget.
        of: BudgetOf,
        /// What has been spent of it.
        spent: Usd,
        /// How much it is.
        limit: Usd,
        /// When it goes on by itself.
        until: Timestamp,
    },
}

impl WaitView {
    /// Whether a person can let the work go on in spite of it.
    #[must_use]
    pub const fn is_for_a_person(&self) -> bool {
        matches!(self, Self::Decision { .. } | Self::Money { .. })
    }
}

/// How a card looks, from the task's `metadata.ui`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CardLook {
    /// A character or two, shown before the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The name of a colour of the palette: `blue`, `green`, `amber`, `red`, `violet`, `grey`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

impl CardLook {
    /// Whether nothing is said.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.icon.is_none() && self.color.is_none()
    }
}

/// Another task that a task waits for, or that waits for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedTask {
    /// Identity.
    pub id: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// One line.
    pub title: String,
    /// Where it stands on the board.
    pub column: Column,
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
    /// Leave the next time out.
    Skip,
    /// Let what waits for a decision go on.
    Release,
    /// Let the schedule go on.
    Enable,
    /// Hold the schedule.
    Disable,
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
    /// The next instants of its schedule; at most 5.
    pub upcoming: Vec<Timestamp>,
    /// The tasks that it waits for.
    pub depends_on: Vec<RelatedTask>,
    /// The tasks that wait for it; at most 50.
    pub dependents: Vec<RelatedTask>,
}

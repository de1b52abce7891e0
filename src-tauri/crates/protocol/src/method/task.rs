//! Tasks.

use super::method;
use crate::{CardView, TaskView};
use aegis_domain::coarse::Column;
use aegis_domain::machine::{Answer, Verdict};
use aegis_domain::{AskId, Category, NewTask, ReviewKind, RunId, TaskEdit, TaskRef, Values};
use serde::{Deserialize, Serialize};

/// A name for a task, as it came from outside.
pub type TaskRefArg = TaskRef;

/// Make a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// What is asked for.
    pub task: NewTask,
    /// The run that asks, when it is one: what runs set off is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RunId>,
    /// A name for this request: the same one again, with the same key, makes nothing and is
    /// answered with the task that it made. Another request with the key is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Only make it when there is no other one of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<UniqueTask>,
}
method!("task.create", CreateTask => CreatedTask);

impl From<NewTask> for CreateTask {
    /// Asked for by nobody in particular, every time anew.
    fn from(task: NewTask) -> Self {
        Self { task, origin: None, key: None, unique: None }
    }
}

/// A kind of work of which there is one task at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniqueTask {
    /// What the kind is called.
    pub key: String,
    /// Another task of the kind is in the way while it shows one of these states, in the words of
    /// `task.list`; when none are named, until it has ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub while_in: Vec<String>,
    /// Answer with the one that is in the way, instead of refusing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
}

/// A task that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedTask {
    /// Its card.
    pub card: CardView,
    /// It was there already: nothing was made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub existing: bool,
}

/// Tasks, the most urgent first, then the newest.
///
/// A task that does not change meanwhile is on exactly one page, whatever else is made, moved or
/// deleted between two of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListTasks {
    /// Only in this column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    /// Only those that show this state: a name of Aegis' own (`executing`), `pending` for what has
    /// never run, or a word of other systems (`running`, `in_progress`, `stopped`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only those that this executor does; `person` is a task that a person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<String>,
    /// Only with all of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Only of this owner, or of whoever asked for it when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Only of this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Only with this in the title; `search.find` looks everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In which order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sort: TaskSort,
    /// In the opposite order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reverse: bool,
    /// The page behind this place: `next` of the page before, asked for in the same order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Only with numbers below this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<aegis_domain::TaskNumber>,
    /// At most this many; 50 when absent, never more than 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
method!("task.list", ListTasks => TaskPage);

/// Some tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPage {
    /// The tasks; a page can be short, or empty, when little of what was looked at fits the filter.
    pub tasks: Vec<CardView>,
    /// Give this as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// What tasks are sorted by; what is equal is sorted by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskSort {
    /// The most urgent first.
    #[default]
    Priority,
    /// By when it was asked for, the newest first.
    Created,
    /// By when its state last changed, the last change first.
    Updated,
    /// The highest number first.
    Number,
    /// By the beginning of the title.
    Title,
    /// By when it starts by itself next, the next first; then those that do not.
    Due,
    /// By the columns of the board, in each the last change first.
    State,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Everything about a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShowTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.show", ShowTask => TaskView);

/// Change a task's definition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditTask {
    /// Which.
    pub task: TaskRef,
    /// What.
    pub edit: TaskEdit,
}
method!("task.edit", EditTask => CardView);

/// Run it now; again, if it has run before.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunTask {
    /// Which.
    pub task: TaskRef,
    /// The values of its parameters this time; the rest have their defaults.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub values: Values,
    /// The run that asks, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RunId>,
}
method!("task.run", RunTask => CardView);

/// Call off what is live of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.cancel", CancelTask => CardView);

/// Stop its processes where they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PauseTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.pause", PauseTask => CardView);

/// Let it go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResumeTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.resume", ResumeTask => CardView);

/// Somebody did it by hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CompleteTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.done", CompleteTask => CardView);

/// Say whether its outcome is good.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReviewTask {
    /// Which.
    pub task: TaskRef,
    /// Good or not.
    pub verdict: Verdict,
    /// In what role.
    #[serde(default)]
    pub kind: ReviewKind,
    /// How good it is: 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
}
method!("task.review", ReviewTask => CardView);

/// Answer what it asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnswerTask {
    /// Which.
    pub task: TaskRef,
    /// Which question.
    pub ask: AskId,
    /// The answer.
    pub answer: Answer,
}
method!("task.answer", AnswerTask => CardView);

/// Take up the session of its last run again, and say something to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContinueTask {
    /// Which.
    pub task: TaskRef,
    /// What is said.
    pub words: String,
    /// The run that asks, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RunId>,
}
method!("task.continue", ContinueTask => CardView);

/// Leave the occurrence that waits out, or the next instant of the schedule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SkipTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.skip", SkipTask => CardView);

/// Hold what waits back until somebody decides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldTask {
    /// Which.
    pub task: TaskRef,
    /// What is to be decided.
    pub question: String,
}
method!("task.hold", HoldTask => CardView);

/// The decision is made: it may go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.release", ReleaseTask => CardView);

/// Let its schedule make occurrences again, from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnableTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.enable", EnableTask => CardView);

/// Let its schedule make no occurrences for now; it can still be run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DisableTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.disable", DisableTask => CardView);

/// Put it away: it makes no more occurrences.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ArchiveTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.archive", ArchiveTask => CardView);

/// Delete it; it can be restored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.delete", DeleteTask => ());

/// Take a deletion back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RestoreTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.restore", RestoreTask => CardView);

/// Remove a deleted task for good, with everything of it. Nothing brings it back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeTask {
    /// Which.
    pub task: TaskRef,
}
method!("task.purge", PurgeTask => ());

/// Remove every deleted task for good. Nothing brings them back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeDeleted {}
method!("task.purge_deleted", PurgeDeleted => PurgedTasks);

/// What was removed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgedTasks {
    /// Tasks that are gone.
    pub purged: u64,
    /// Deleted tasks that have to stay, because other tasks name them.
    pub held: u64,
}

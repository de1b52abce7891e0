//! Tasks.

use super::method;
use crate::{CardView, TaskView};
use aegis_domain::coarse::Column;
use aegis_domain::machine::{Answer, Verdict};
use aegis_domain::{AskId, NewTask, ReviewKind, RunId, TaskEdit, TaskRef, Values};
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
}
method!("task.create", CreateTask => CreatedTask);

/// A task that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedTask {
    /// Its card.
    pub card: CardView,
}

/// Tasks, newest first.
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
    /// The tasks.
    pub tasks: Vec<CardView>,
    /// Give this as `before` for the next page; absent on the last.
    pub next: Option<aegis_domain::TaskNumber>,
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

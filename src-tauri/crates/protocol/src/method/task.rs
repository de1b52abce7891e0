//! Tasks.

use super::method;
use crate::{CardView, TaskView};
use aegis_domain::coarse::Column;
use aegis_domain::machine::{Answer, Verdict};
use aegis_domain::{AskId, NewTask, TaskEdit, TaskRef};
use serde::{Deserialize, Serialize};

/// A name for a task, as it came from outside.
pub type TaskRefArg = TaskRef;

/// Make a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CreateTask(pub NewTask);
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
pub struct RunTask {
    /// Which.
    pub task: TaskRef,
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

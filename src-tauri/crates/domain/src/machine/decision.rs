//! What a command does, as data.

use super::Command;
use crate::policy::{Rule, RuleId};
use crate::template::Template;
use crate::{AskId, Key, NewEvent, Occurrence, Once, Run, RunId, Task, TaskId, ToolUse, Usd};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is to be written, told and done. All of it commits together, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Rows as they are from now on.
    pub rows: Vec<Row>,
    /// What happened.
    pub events: Vec<NewEvent>,
    /// Commands that belong to this one and run in the same transaction.
    pub follow_ups: Vec<Command>,
    /// What is to be sent outside, at least once.
    pub outbox: Vec<Outgoing>,
    /// What the engine may want to know at once; derived again after a crash.
    pub hints: Vec<Hint>,
}

/// A row as it is from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // Lives for one transaction.
pub enum Row {
    /// A task.
    Task(Task),
    /// An occurrence.
    Occurrence(Occurrence),
    /// A run.
    Run(Run),
    /// How much of a resource there is; `None` takes the description away.
    Resource {
        /// Its name.
        name: String,
        /// How much.
        capacity: Option<u32>,
    },
    /// Something that conditions can name; `None` takes it away.
    Fact {
        /// Its name.
        name: String,
        /// Its value.
        value: Option<Value>,
    },
    /// A template; `None` takes it away.
    Template {
        /// Its name.
        name: String,
        /// What it makes.
        template: Option<Box<Template>>,
    },
    /// A rule for tool calls; `None` takes it away.
    Rule {
        /// Which.
        id: RuleId,
        /// What it says.
        rule: Option<Box<Rule>>,
    },
    /// A call of a tool. Added, never changed.
    ToolUse(Box<ToolUse>),
    /// A run has cost more than it had said, or less. Added to what was spent at this moment.
    Spent {
        /// Whose.
        task: TaskId,
        /// What it had cost by its last word.
        before: Usd,
        /// What it has cost by now.
        now: Usd,
    },
    /// A request that has made a task, by its key.
    RequestKey {
        /// The request.
        once: Once,
        /// What it has made.
        task: TaskId,
    },
    /// A task that is one of a kind.
    UniqueKey {
        /// The kind.
        key: Key,
        /// Which.
        task: TaskId,
    },
}

/// Something to be sent outside, at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Two with the same key are one.
    pub key: String,
    /// What.
    pub message: Message,
}

/// What can be sent outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Message {
    /// Tell the person at this machine.
    Notify {
        /// One line.
        title: String,
        /// The rest.
        body: String,
        /// The question that they can answer at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asks: Option<Answerable>,
    },
}

/// A question that can be answered with a yes or no, where it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answerable {
    /// Whose.
    pub task: TaskId,
    /// Which.
    pub ask: AskId,
}

/// What the engine may want to know at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Something may be ready, now or at a new deadline, beside what whoever commits is asked about.
    Wake,
    /// Something is to be sent outside.
    Send,
    /// Commands that follow from this one wait for their turn.
    FollowUp,
    /// End the run's processes.
    Kill(RunId),
    /// Stop the run's processes where they are.
    Freeze(RunId),
    /// Let the run's processes go on.
    Continue(RunId),
    /// A person is asked: the run's slot is free meanwhile.
    Wait(RunId),
    /// A person is asked: end the run so that it can go on later from where it is.
    Park(RunId),
}

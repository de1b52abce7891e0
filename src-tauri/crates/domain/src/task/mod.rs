//! A task: the definition of what somebody asked for.

#[cfg(feature = "zones")]
mod check;
mod definition;
mod dependency;
#[cfg(feature = "zones")]
mod edit;
mod guard;
mod need;
mod new;
mod origin;
mod parameter;

#[cfg(feature = "zones")]
pub(crate) use check::{MAX_AMOUNT, parameter_value, resource_name};
pub use definition::{Definition, Draft};
pub use dependency::{Dependency, DependencyGroup, Join, Otherwise, Which};
pub use guard::{Guard, Guarded, Key, Made, Once, Unique};
pub use need::{ResourceNeed, Team, Watch};
pub use new::{NewScheduleBudget, NewTask};
pub use origin::{Assignment, AssignmentMethod, Origin, Source};
pub use parameter::{Parameter, Parameters, Values};

use crate::{Schedule, ShortId, TaskId, TaskNumber, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What kind of work a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A person asked for it.
    #[default]
    UserRequest,
    /// Housekeeping.
    Maintenance,
    /// Something planned ahead.
    Scheduled,
    /// Finding something out.
    Research,
    /// Getting better at something.
    Learning,
    /// Looking back.
    Reflection,
}

/// How often a task makes occurrences: follows from its schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Once, as soon as possible or by hand.
    Oneshot,
    /// Once, at an instant.
    Scheduled,
    /// Again and again.
    Recurring,
}

/// Whether a task makes occurrences by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It does.
    #[default]
    Active,
    /// It does not for now; somebody can still run it.
    Paused,
    /// It does not any more.
    Archived,
}

/// How hard a task looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Complexity {
    /// A step or two.
    Simple,
    /// Some steps.
    Moderate,
    /// Many steps, or unclear ones.
    Complex,
}

/// What happens with a tool call that no rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalPolicy {
    /// What the settings say.
    #[default]
    Inherit,
    /// A person is asked.
    Ask,
    /// It is let through.
    Allow,
    /// It is refused.
    Deny,
}

/// What happens to a run that was cut off with the machine or with Aegis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnInterrupt {
    /// Run again.
    #[default]
    Rerun,
    /// Ask a person.
    Ask,
    /// Fail.
    Fail,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// A person, by the interface that they used: `window`, `cli`.
    Human(String),
    /// An agent, by its name.
    Agent(String),
    /// Aegis itself.
    System,
}

/// A task as stored. Every field has passed its check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Identity.
    pub id: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// Six or more characters of the id.
    pub short_id: ShortId,
    /// What somebody asked for.
    pub definition: Definition,
    /// Whether it makes occurrences.
    pub status: TaskStatus,
    /// Who asked for it.
    pub requester: Actor,
    /// The run that made it, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Whom it was given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
    /// Every instant of the schedule up to this one has been dealt with.
    pub cursor: Timestamp,
    /// The next instant of the schedule; `None` when there is none or the task is not active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the definition last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; it can still be restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl Task {
    /// How often it makes occurrences.
    #[must_use]
    pub const fn kind(&self) -> TaskKind {
        match self.definition.schedule {
            Schedule::Now | Schedule::Manual => TaskKind::Oneshot,
            Schedule::At { .. } => TaskKind::Scheduled,
            Schedule::Recurring(_) | Schedule::After => TaskKind::Recurring,
        }
    }

    /// Whether it may still make occurrences and be worked on.
    #[must_use]
    pub fn is_standing(&self) -> bool {
        self.deleted_at.is_none() && self.status != TaskStatus::Archived
    }
}

/// Changes to a task's definition: a JSON merge patch (RFC 7396) of what [`NewTask`] is. A field
/// that is absent stays, `null` takes it away. A schedule and an executor are replaced as a whole:
/// half of one kind and half of another would be neither.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskEdit(pub Map<String, Value>);

impl TaskEdit {
    /// With `field` set to `value`.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

//! Templates: tasks with gaps that are filled when a task is made of them.

#[cfg(feature = "zones")]
mod check;
#[cfg(feature = "zones")]
mod field;
#[cfg(feature = "zones")]
mod make;

use crate::Parameters;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A task with gaps: `{{name}}` in its texts becomes the value that a new task is given for the
/// parameter `name`.
///
/// A text that is nothing but a placeholder may stand where a task has something else than a text:
/// `"priority": "{{urgency}}"`. Placeholders that name a parameter of the task itself, which it may
/// declare like any other, stay for its occurrences to fill.
///
/// What comes from outside is to pass `check` first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    parameters: Parameters,
    task: Value,
}

impl Template {
    /// Its name: 1 to 60 letters a-z, digits, `_` and `-`. Unique among templates.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What it has to be given, or may be.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The form of a [`NewTask`](crate::NewTask), with placeholders.
    #[must_use]
    pub const fn task(&self) -> &Value {
        &self.task
    }
}

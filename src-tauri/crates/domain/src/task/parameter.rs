//! Values that may differ from one occurrence to the next.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A parameter that a task declares. `{{name}}` in its texts and settings becomes the value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The value of an occurrence that is given none. Absent: one has to be given, so only a
    /// person or a program can start the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What it means, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// The parameters of a task, by name.
pub type Parameters = BTreeMap<String, Parameter>;
/// The values of one occurrence, by name.
pub type Values = BTreeMap<String, Value>;

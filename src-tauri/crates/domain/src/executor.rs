//! Who does the work, and with which settings.

use crate::{Pause, SandboxSettings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The stable name of an executor: `shell`, `reminder`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExecutorName(pub String);

impl ExecutorName {
    /// A name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExecutorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An executor with its settings for one task.
///
/// The settings' form is the executor's own business: it alone checks them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutorSpec {
    /// Which executor.
    pub name: ExecutorName,
    /// Its settings, in its own form.
    #[serde(default)]
    pub settings: serde_json::Value,
}

/// Settings of the `shell` executor: one program, started without a shell.
///
/// Whoever wants a shell says so: `sh -c '…'`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShellSettings {
    /// The program and its arguments; the first is looked up in PATH.
    pub command: Vec<String>,
    /// The working directory; the home directory when absent. `~` is the home directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// Variables beside the allow-list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// What the program reads from its standard input; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
    /// How it is held; stopped where it is when absent. `checkpoint` is for programs that make
    /// checkpoints and can go on from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// What it is kept from; as the settings of Aegis say when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxSettings>,
}

impl ShellSettings {
    /// The stable name of the executor.
    pub const EXECUTOR: &str = "shell";

    /// These settings with the executor's name.
    #[must_use]
    pub fn into_spec(self) -> ExecutorSpec {
        spec(Self::EXECUTOR, &self)
    }
}

/// Settings of the `reminder` executor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderSettings {
    /// What the notification says; the task's title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl ReminderSettings {
    /// The stable name of the executor.
    pub const EXECUTOR: &str = "reminder";

    /// These settings with the executor's name.
    #[must_use]
    pub fn into_spec(self) -> ExecutorSpec {
        spec(Self::EXECUTOR, &self)
    }
}

fn spec(name: &str, settings: &impl Serialize) -> ExecutorSpec {
    // Maps with text keys and plain values always become JSON; `Null` is what a value that could
    // not would have been refused as.
    let settings = serde_json::to_value(settings).unwrap_or_default();
    ExecutorSpec { name: ExecutorName::new(name), settings }
}

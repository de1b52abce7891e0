//! Who does the work, and with which settings.

use crate::{KeyName, Pause};
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

/// Settings of the `shell` executor: one program, started without a shell, or a script that one
/// runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShellSettings {
    /// The program and its arguments; the first is looked up in PATH. Absent where there is a
    /// script.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// What a shell is to run, in place of a command. It has no placeholders: values come as
    /// variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// The shell that runs the script; `sh` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// The working directory; the home directory when absent. `~` is the home directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// Variables beside the allow-list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Variables whose values are keys, by their names in the keychain. Read when a run starts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, KeyName>,
    /// What the program reads from its standard input; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
    /// Whether it runs in a terminal of its own, of 80 columns and 24 rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pty: bool,
    /// What to answer when it asks in its terminal. Each is used once, whichever is asked first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<Prompt>,
    /// How it is held; stopped where it is when absent. `checkpoint` is for programs that make
    /// checkpoints and can go on from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
}

impl ShellSettings {
    /// The stable name of the executor.
    pub const EXECUTOR: &str = "shell";

    /// The shell that runs a script when none is named.
    pub const SHELL: &str = "sh";

    /// The keys that it needs, by their names in the keychain.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        self.secrets.values().chain(self.prompts.iter().filter_map(|prompt| prompt.key.as_ref()))
    }

    /// These settings with the executor's name.
    #[must_use]
    pub fn into_spec(self) -> ExecutorSpec {
        spec(Self::EXECUTOR, &self)
    }
}

/// An answer that is given ahead: what is expected, and what is typed then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// A part of what it shows, or a regular expression between slashes.
    pub expect: String,
    /// What is typed, with a line end behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
    /// In its place, the name of the key in the keychain that is typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyName>,
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

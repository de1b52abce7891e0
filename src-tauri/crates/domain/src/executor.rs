//! Who does the work, and with which settings.

use crate::{KeyName, Pause, SandboxSettings};
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
    /// What it is kept from; as the settings of Aegis say when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxSettings>,
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

/// Settings of the `claude_code` executor: one session of Claude Code, without a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaudeCodeSettings {
    /// What it is to do; the task's title and description when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The working directory; the home directory when absent. `~` is the home directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// Which model; the task's when absent, and Claude Code's own when that is absent too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it may do without asking; as its user has set it up when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_mode: Option<PermissionMode>,
    /// Tools that it may use without asking, as Claude Code writes them: `Bash(git diff:*)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_tools: Vec<String>,
    /// Tools that it may not use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disallowed_tools: Vec<String>,
    /// Most turns of one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_turns: Option<u32>,
    /// What its system prompt says beside its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub append_system_prompt: Option<String>,
    /// The servers of tools that it may use, in Claude Code's form: `{"mcpServers": {…}}`. It uses
    /// no others.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub mcp_config: serde_json::Value,
    /// Folders that it may work in beside its working directory.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_dirs: Vec<String>,
    /// A session that it goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
    /// It may skip every question although nothing confines it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dangerous: bool,
    /// What is kept from it. What it needs for itself (its own folder, the service that it talks
    /// to) is let through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxSettings>,
    /// What it writes is kept as it came, as the file `session.jsonl` that the run leaves behind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw_log: bool,
}

/// What Claude Code may do without asking, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PermissionMode {
    /// What its user's rules allow.
    Default,
    /// Changes of files in its folders, too.
    AcceptEdits,
    /// Reading; it makes a plan.
    Plan,
    /// What is not allowed is refused without a question.
    DontAsk,
    /// Everything.
    BypassPermissions,
}

impl PermissionMode {
    /// The word that Claude Code knows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::AcceptEdits => "acceptEdits",
            Self::Plan => "plan",
            Self::DontAsk => "dontAsk",
            Self::BypassPermissions => "bypassPermissions",
        }
    }
}

impl ClaudeCodeSettings {
    /// The stable name of the executor.
    pub const EXECUTOR: &str = "claude_code";

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

//! Settings.

use super::method;
use aegis_domain::fair::Caps;
use aegis_domain::retention::Keep;
use aegis_domain::{SandboxProfile, Usd};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GetSettings {}
method!("settings.get", GetSettings => SettingsView);

/// Change settings; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// Most runs at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<Count>,
    /// Of them, most runs of models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_agents: Option<Count>,
    /// Whether pressure on the machine holds work back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressure: Option<bool>,
    /// Limits of groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<SetLimit>,
    /// Steps of priority, -10 to 10, that an executor's work has ahead of that of others; 0 takes
    /// the offset away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub offsets: BTreeMap<String, i8>,
    /// Whether a reminder plays a sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<bool>,
    /// Where Claude Code is; empty to look for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claude_path: Option<String>,
    /// The time limit of commands that name none: 1 to 2592000 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_timeout_secs: Option<u64>,
    /// The time limit of agents that name none: 1 to 2592000 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_timeout_secs: Option<u64>,
    /// Retries of new tasks that name none: 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u64>,
    /// Most megabytes of one file that a run leaves behind: 1 to 102400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_file_mb: Option<u64>,
    /// Most files that one run leaves behind: 1 to 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_files: Option<u64>,
    /// Most megabytes that one run leaves behind: 1 to 1048576.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_run_mb: Option<u64>,
    /// The sandbox of tasks that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxProfile>,
    /// The sandbox that every task has at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox_floor: Option<SandboxProfile>,
    /// Where Anthropic's API is; empty is where it usually is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anthropic_base_url: Option<String>,
    /// Whether commands find what the login shell's start-up files set, such as PATH.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_environment: Option<bool>,
    /// What all work of a calendar day may cost, in dollars: `"5"`, `"1.50"`; `"none"` is without a
    /// limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget: Option<String>,
    /// How long an answer to a question is waited for: 60 to 31622400 seconds, or 0 for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_expiry_secs: Option<u64>,
    /// How long things are kept.
    #[serde(default, skip_serializing_if = "KeepUpdate::is_empty")]
    pub keep: KeepUpdate,
}
method!("settings.update", UpdateSettings => SettingsView);

/// Changes to how long things are kept; what is absent stays. 0 is for ever, or without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepUpdate {
    /// Days that logs of runs are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs_days: Option<u32>,
    /// MiB of all logs together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs_mib: Option<u32>,
    /// Days that occurrences and runs are kept after their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history_days: Option<u32>,
    /// Days that deleted tasks are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_days: Option<u32>,
    /// Days that keys of requests are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys_days: Option<u32>,
}

impl KeepUpdate {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A number from 1 up, or `"auto"`: as many as the machine takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// So many.
    Exactly(u32),
    /// As many as the machine takes.
    Auto(Auto),
}

/// The word `auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    /// As many as the machine takes.
    Auto,
}

impl Count {
    /// As many as the machine takes.
    pub const AUTO: Self = Self::Auto(Auto::Auto);
}

impl From<u32> for Count {
    fn from(count: u32) -> Self {
        Self::Exactly(count)
    }
}

/// A kind of group that work belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// What does the work.
    Executor,
    /// Where it works.
    Workspace,
    /// Whom it is given to.
    Agent,
}

/// A limit to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLimit {
    /// Of what.
    pub of: GroupKind,
    /// Its name; `*` is every one without a limit of its own.
    pub name: String,
    /// Most at once, 1 at least; `None` takes the limit away.
    pub most: Option<u32>,
}

/// Let commands work in a folder and everything below it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddRoot {
    /// The folder; `~` is the home directory. It has to exist.
    pub path: String,
}
method!("roots.add", AddRoot => SettingsView);

/// Let commands work there no longer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveRoot {
    /// The folder, as listed.
    pub path: String,
}
method!("roots.remove", RemoveRoot => SettingsView);

/// The settings as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SettingsView {
    /// Most runs at once.
    pub slots: u32,
    /// The variable of the environment that sets `slots` for now, if one does.
    pub slots_override: Option<String>,
    /// Whether `slots` follows from the machine.
    #[serde(default)]
    pub slots_auto: bool,
    /// Of them, most runs of models.
    #[serde(default)]
    pub max_agents: u32,
    /// Whether `max_agents` follows from the machine.
    #[serde(default)]
    pub max_agents_auto: bool,
    /// Whether pressure on the machine holds work back.
    #[serde(default)]
    pub pressure: bool,
    /// Limits of groups.
    #[serde(default)]
    pub limits: LimitsView,
    /// Steps of priority that an executor's work has ahead of that of others.
    #[serde(default)]
    pub offsets: BTreeMap<String, i8>,
    /// Whether a reminder plays a sound.
    pub sound: bool,
    /// Where Claude Code is; empty when it is looked for.
    #[serde(default)]
    pub claude_path: String,
    /// The folders that commands may work in.
    pub allowed_roots: Vec<String>,
    /// The time limit of commands that name none, in seconds, rounded up.
    pub command_timeout_secs: u64,
    /// The time limit of agents that name none, in seconds, rounded up.
    pub agent_timeout_secs: u64,
    /// Retries of new tasks that name none.
    pub retries: u32,
    /// Most megabytes (2²⁰ bytes) of one file that a run leaves behind.
    pub artifact_file_mb: u64,
    /// Most files that one run leaves behind.
    pub artifact_files: u64,
    /// Most megabytes that one run leaves behind.
    pub artifact_run_mb: u64,
    /// The sandbox of tasks that name none.
    #[serde(default)]
    pub sandbox: SandboxProfile,
    /// The sandbox that every task has at least.
    #[serde(default)]
    pub sandbox_floor: SandboxProfile,
    /// Where Anthropic's API is.
    #[serde(default)]
    pub anthropic_base_url: String,
    /// Whether commands find what the login shell's start-up files set.
    #[serde(default)]
    pub login_environment: bool,
    /// What all work of a calendar day may cost; without a limit when absent.
    #[serde(default)]
    pub daily_budget: Option<Usd>,
    /// How long an answer to a question is waited for, in seconds; 0 is for ever.
    #[serde(default)]
    pub question_expiry_secs: u64,
    /// How long things are kept.
    #[serde(default)]
    pub keep: Keep,
    /// What the environment says, for as long as the engine runs.
    #[serde(default)]
    pub overrides: Vec<OverrideView>,
}

/// Most runs at once, by name; `*` is every one without a limit of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsView {
    /// Of an executor.
    #[serde(skip_serializing_if = "Caps::is_empty")]
    pub executors: Caps,
    /// In a workspace.
    #[serde(skip_serializing_if = "Caps::is_empty")]
    pub workspaces: Caps,
    /// Of an agent.
    #[serde(skip_serializing_if = "Caps::is_empty")]
    pub agents: Caps,
}

impl LimitsView {
    /// The limits of one kind of group.
    pub const fn of(&mut self, kind: GroupKind) -> &mut Caps {
        match kind {
            GroupKind::Executor => &mut self.executors,
            GroupKind::Workspace => &mut self.workspaces,
            GroupKind::Agent => &mut self.agents,
        }
    }
}

/// A variable of the environment that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideView {
    /// Its name.
    pub variable: String,
    /// What it says.
    pub value: String,
    /// The settings that it sets; none when nothing uses it yet.
    pub settings: Vec<String>,
}

//! Settings.

use super::method;
use serde::{Deserialize, Serialize};

/// The settings as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GetSettings {}
method!("settings.get", GetSettings => SettingsView);

/// Change settings; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// Most runs at once: 1 to 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<u32>,
    /// Whether a reminder plays a sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<bool>,
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
}
method!("settings.update", UpdateSettings => SettingsView);

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsView {
    /// Most runs at once.
    pub slots: u32,
    /// The variable of the environment that sets `slots` for now, if one does.
    pub slots_override: Option<String>,
    /// Whether a reminder plays a sound.
    pub sound: bool,
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
    /// What the environment says, for as long as the engine runs.
    #[serde(default)]
    pub overrides: Vec<OverrideView>,
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

//! Settings.

use super::method;
use aegis_domain::retention::Keep;
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
    /// How long things are kept.
    #[serde(default)]
    pub keep: Keep,
}

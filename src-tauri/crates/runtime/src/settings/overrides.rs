//! What the environment says, whatever the file does, for as long as Aegis runs.

use super::SettingsError;

/// Sets the number of slots.
pub(super) const SLOTS: &str = "TASK_MAX_CONCURRENT";
/// Sets whether pressure on the machine holds work back.
pub(super) const PRESSURE: &str = "AEGIS_PRESSURE";

/// What the environment overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Overrides {
    pub(super) slots: Option<u32>,
    pub(super) pressure: Option<bool>,
}

impl Overrides {
    /// Reads what is set; an empty text is as good as none.
    pub(super) fn read(of: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let set = |name: &str| of(name).filter(|value| !value.is_empty());
        Ok(Self {
            slots: set(SLOTS).map(slots).transpose()?,
            pressure: set(PRESSURE).map(pressure).transpose()?,
        })
    }
}

fn slots(value: String) -> Result<u32, SettingsError> {
    let slots = value.trim().parse().ok().filter(|slots| *slots > 0);
    let wanted = "a number from 1 up";
    slots.ok_or(SettingsError::Variable { variable: SLOTS, value, wanted })
}

fn pressure(value: String) -> Result<bool, SettingsError> {
    match value.trim() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(SettingsError::Variable { variable: PRESSURE, value, wanted: "on or off" }),
    }
}

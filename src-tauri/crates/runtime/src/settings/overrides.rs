//! What the environment says, whatever the file does, for as long as Aegis runs.

use super::SettingsError;
use super::file::{MAX_RETRIES, MAX_TIMEOUT};
use std::time::Duration;

/// Sets the number of slots.
pub(super) const SLOTS: &str = "TASK_MAX_CONCURRENT";
/// Sets whether pressure on the machine holds work back.
pub(super) const PRESSURE: &str = "AEGIS_PRESSURE";

/// Sets how often a task that does not say is tried again.
pub(super) const RETRIES: &str = "TASK_RETRY_ATTEMPTS";
/// Sets the time limit of runs whose task names none, in milliseconds.
pub(super) const TIMEOUT: &str = "TASK_TIMEOUT_MS";

/// What the environment overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Overrides {
    pub(super) slots: Option<u32>,
    pub(super) pressure: Option<bool>,
    pub(super) retries: Option<u32>,
    pub(super) timeout: Option<Duration>,
}

impl Overrides {
    /// Reads what is set; an empty text is as good as none.
    pub(super) fn read(of: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let set = |name: &str| of(name).filter(|value| !value.is_empty());
        Ok(Self {
            slots: set(SLOTS).map(slots).transpose()?,
            pressure: set(PRESSURE).map(pressure).transpose()?,
            retries: set(RETRIES).map(retries).transpose()?,
            timeout: set(TIMEOUT).map(timeout).transpose()?,
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

fn retries(value: String) -> Result<u32, SettingsError> {
    let retries = value.trim().parse().ok().filter(|retries| *retries <= MAX_RETRIES);
    let wanted = "a number from 0 to 100";
    retries.ok_or(SettingsError::Variable { variable: RETRIES, value, wanted })
}

fn timeout(value: String) -> Result<Duration, SettingsError> {
    let longest = MAX_TIMEOUT * 1000;
    let millis = value.trim().parse().ok().filter(|millis| (1..=longest).contains(millis));
    let wanted = "milliseconds, 30 days of them at most";
    let millis = millis.ok_or(SettingsError::Variable { variable: TIMEOUT, value, wanted })?;
    Ok(Duration::from_millis(millis))
}

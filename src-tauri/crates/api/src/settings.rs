//! Where settings are kept.

use aegis_protocol::{ApiError, SettingsView, UpdateSettings};

/// Keeps the settings, durably.
pub trait SettingsStore: Send + Sync + 'static {
    /// The settings as they are.
    fn view(&self) -> SettingsView;

    /// Changes settings; returns when they are durable.
    ///
    /// # Errors
    /// A value out of range, or a file that cannot be written.
    fn update(&self, update: UpdateSettings) -> Result<SettingsView, ApiError>;

    /// Lets commands work in a folder and everything below it.
    ///
    /// # Errors
    /// A folder that is not there or is not one, or a file that cannot be written.
    fn add_root(&self, path: &str) -> Result<SettingsView, ApiError>;

    /// Lets commands work there no longer.
    ///
    /// # Errors
    /// A folder that is not in the list, or a file that cannot be written.
    fn remove_root(&self, path: &str) -> Result<SettingsView, ApiError>;
}

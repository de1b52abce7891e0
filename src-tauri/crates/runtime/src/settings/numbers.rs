//! What the settings say as a number within a range: time limits, retries, what is kept of files.

use super::SettingsError;
use super::environment::Environment;
use super::file::{
    ARTIFACT_FILE_MB, ARTIFACT_FILES, ARTIFACT_RUN_MB, RETRIES, TIMEOUT_SECS, Values,
};
use aegis_engine::ArtifactLimits;
use aegis_protocol::UpdateSettings;
use std::time::Duration;

/// Changes what is named.
pub(super) fn change(values: &mut Values, update: &UpdateSettings) -> Result<(), SettingsError> {
    let mut retries = u64::from(values.retries);
    let all = [
        (
            "command_timeout_secs",
            &mut values.command_timeout_secs,
            update.command_timeout_secs,
            TIMEOUT_SECS,
        ),
        (
            "agent_timeout_secs",
            &mut values.agent_timeout_secs,
            update.agent_timeout_secs,
            TIMEOUT_SECS,
        ),
        ("retries", &mut retries, update.retries, RETRIES),
        (
            "artifact_file_mb",
            &mut values.artifact_file_mb,
            update.artifact_file_mb,
            ARTIFACT_FILE_MB,
        ),
        ("artifact_files", &mut values.artifact_files, update.artifact_files, ARTIFACT_FILES),
        ("artifact_run_mb", &mut values.artifact_run_mb, update.artifact_run_mb, ARTIFACT_RUN_MB),
    ];
    for (setting, value, wanted, range) in all {
        let Some(wanted) = wanted else { continue };
        if !range.contains(&wanted) {
            return Err(SettingsError::OutOfRange { setting, value: wanted, range });
        }
        *value = wanted;
    }
    values.retries = u32::try_from(retries).unwrap_or(u32::MAX);
    Ok(())
}

/// Most time of a command whose task names none.
pub(super) fn command_limit(values: &Values, environment: &Environment) -> Duration {
    environment.timeout.unwrap_or(Duration::from_secs(values.command_timeout_secs))
}

/// How much of what a run leaves behind is kept.
pub(super) fn artifact_limits(values: &Values) -> ArtifactLimits {
    const MB: u64 = 1024 * 1024;
    ArtifactLimits {
        file_bytes: values.artifact_file_mb * MB,
        files: u32::try_from(values.artifact_files).unwrap_or(u32::MAX),
        run_bytes: values.artifact_run_mb * MB,
    }
}

/// In seconds, rounded up.
pub(super) fn whole_seconds(limit: Duration) -> u64 {
    u64::try_from(limit.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}

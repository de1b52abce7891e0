//! The user's settings.

mod environment;
mod error;
mod file;

#[cfg(test)]
mod tests;

pub use error::SettingsError;

use crate::Paths;
use aegis_api::SettingsStore;
use aegis_engine::ArtifactLimits;
use aegis_ports::AllowedRoots;
use aegis_protocol::{ApiError, SettingsView, UpdateSettings};
use environment::{Environment, MAX_CONCURRENT};
use file::{
    ARTIFACT_FILE_MB, ARTIFACT_FILES, ARTIFACT_RUN_MB, Contents, RETRIES, SLOTS, TIMEOUT_SECS,
    Values,
};
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Folders that the list takes.
const MAX_ROOTS: usize = 256;

/// The settings: what the file says, and what the environment overrides.
///
/// The file is read again before every change, so that a change never undoes one that was made by
/// hand.
#[derive(Debug)]
pub struct Settings {
    file: PathBuf,
    home: PathBuf,
    environment: Environment,
    values: Mutex<Values>,
    slots: watch::Sender<u32>,
    command_limit: watch::Sender<Duration>,
    artifact_limits: watch::Sender<ArtifactLimits>,
}

impl Settings {
    /// Reads the settings; without a file they are the defaults.
    ///
    /// # Errors
    /// [`SettingsError`] when the file, or a variable that overrides it, is not understood.
    pub fn open(paths: &Paths) -> Result<Self, SettingsError> {
        Self::with_environment(paths, |variable| std::env::var(variable).ok())
    }

    fn with_environment(
        paths: &Paths,
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let environment = Environment::read(variable)?;
        let values = Contents::read(paths.config_file())?.values;
        let (slots, _) = watch::channel(slots_of(&values, &environment));
        let (command_limit, _) = watch::channel(command_limit_of(&values, &environment));
        let (artifact_limits, _) = watch::channel(artifact_limits_of(&values));
        Ok(Self {
            file: paths.config_file().to_owned(),
            home: paths.home().to_owned(),
            environment,
            values: Mutex::new(values),
            slots,
            command_limit,
            artifact_limits,
        })
    }

    /// Most runs at once, as it changes.
    #[must_use]
    pub fn slots(&self) -> watch::Receiver<u32> {
        self.slots.subscribe()
    }

    /// The time limit of commands that name none, as it changes.
    #[must_use]
    pub fn command_limit(&self) -> watch::Receiver<Duration> {
        self.command_limit.subscribe()
    }

    /// How much of what a run leaves behind is kept, as it changes.
    #[must_use]
    pub fn artifact_limits(&self) -> watch::Receiver<ArtifactLimits> {
        self.artifact_limits.subscribe()
    }

    /// Whether a reminder plays a sound.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.values().sound
    }

    /// Changes the file, then what it says here.
    fn change(
        &self,
        change: impl FnOnce(&mut Values) -> Result<(), SettingsError>,
    ) -> Result<SettingsView, ApiError> {
        let mut values = self.values();
        let mut contents = Contents::read(&self.file)?;
        let mut wanted = contents.values.clone();
        change(&mut wanted)?;
        if wanted != contents.values {
            contents.set(wanted.clone());
            contents.write(&self.file)?;
        }
        *values = wanted;
        self.slots.send_replace(slots_of(&values, &self.environment));
        self.command_limit.send_replace(command_limit_of(&values, &self.environment));
        self.artifact_limits.send_replace(artifact_limits_of(&values));
        Ok(self.view_of(&values))
    }

    fn view_of(&self, values: &Values) -> SettingsView {
        let environment = &self.environment;
        let secs = |secs: u64| environment.timeout.map_or(secs, whole_seconds);
        SettingsView {
            slots: slots_of(values, environment),
            slots_override: environment.slots.map(|_| MAX_CONCURRENT.to_owned()),
            sound: values.sound,
            allowed_roots: values.allowed_roots.clone(),
            command_timeout_secs: secs(values.command_timeout_secs),
            agent_timeout_secs: secs(values.agent_timeout_secs),
            retries: environment.retries.unwrap_or(values.retries),
            artifact_file_mb: values.artifact_file_mb,
            artifact_files: values.artifact_files,
            artifact_run_mb: values.artifact_run_mb,
            overrides: environment.shown.clone(),
        }
    }

    /// Nothing that holds this lock can panic half-way through a change.
    fn values(&self) -> MutexGuard<'_, Values> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn expanded(&self, path: &str) -> Option<PathBuf> {
        match path.strip_prefix('~') {
            Some("") => Some(self.home.clone()),
            Some(below) => Some(self.home.join(below.strip_prefix('/')?.trim_start_matches('/'))),
            None => Some(PathBuf::from(path)).filter(|path| path.is_absolute()),
        }
    }

    /// A listed folder without symbolic links, if it is there.
    fn real(&self, path: &str) -> Option<PathBuf> {
        fs::canonicalize(self.expanded(path)?).ok()
    }

    /// As the list and people write it.
    fn written(&self, real: &Path) -> Result<String, SettingsError> {
        let home = fs::canonicalize(&self.home).unwrap_or_else(|_| self.home.clone());
        let text = match real.strip_prefix(&home) {
            Ok(below) if below.as_os_str().is_empty() => Some("~".to_owned()),
            Ok(below) => below.to_str().map(|below| format!("~/{below}")),
            Err(_) => real.to_str().map(str::to_owned),
        };
        text.ok_or_else(|| SettingsError::NoSuchRoot {
            path: real.display().to_string(),
            problem: "its name is not UTF-8".into(),
        })
    }
}

impl SettingsStore for Settings {
    fn view(&self) -> SettingsView {
        self.view_of(&self.values())
    }

    fn update(&self, update: UpdateSettings) -> Result<SettingsView, ApiError> {
        self.change(|values| {
            if let Some(slots) = update.slots {
                values.slots = checked_slots(slots)?;
            }
            values.sound = update.sound.unwrap_or(values.sound);
            let u = &update;
            set(
                &mut values.command_timeout_secs,
                u.command_timeout_secs,
                TIMEOUT_SECS,
                "command_timeout_secs",
            )?;
            set(
                &mut values.agent_timeout_secs,
                u.agent_timeout_secs,
                TIMEOUT_SECS,
                "agent_timeout_secs",
            )?;
            set(
                &mut values.artifact_file_mb,
                u.artifact_file_mb,
                ARTIFACT_FILE_MB,
                "artifact_file_mb",
            )?;
            set(&mut values.artifact_files, u.artifact_files, ARTIFACT_FILES, "artifact_files")?;
            set(
                &mut values.artifact_run_mb,
                u.artifact_run_mb,
                ARTIFACT_RUN_MB,
                "artifact_run_mb",
            )?;
            let mut retries = u64::from(values.retries);
            set(&mut retries, u.retries, RETRIES, "retries")?;
            values.retries = u32::try_from(retries).unwrap_or(u32::MAX);
            Ok(())
        })
    }

    fn add_root(&self, path: &str) -> Result<SettingsView, ApiError> {
        let wanted =
            self.expanded(path).ok_or_else(|| SettingsError::RelativeRoot(path.to_owned()))?;
        let refused =
            |problem: String| SettingsError::NoSuchRoot { path: path.to_owned(), problem };
        let real = fs::canonicalize(&wanted).map_err(|error| refused(error.to_string()))?;
        if !real.is_dir() {
            return Err(refused("it is not a folder".into()).into());
        }
        let written = self.written(&real)?;
        self.change(|values| {
            if values.allowed_roots.iter().any(|root| self.real(root).as_ref() == Some(&real)) {
                return Ok(());
            }
            if values.allowed_roots.len() >= MAX_ROOTS {
                return Err(SettingsError::TooManyRoots(MAX_ROOTS));
            }
            values.allowed_roots.push(written);
            Ok(())
        })
    }

    fn remove_root(&self, path: &str) -> Result<SettingsView, ApiError> {
        let real = self.real(path);
        self.change(|values| {
            let before = values.allowed_roots.len();
            values.allowed_roots.retain(|root| {
                let same = root == path || (real.is_some() && self.real(root) == real);
                !same
            });
            if values.allowed_roots.len() == before {
                return Err(SettingsError::UnknownRoot(path.to_owned()));
            }
            Ok(())
        })
    }
}

impl AllowedRoots for Settings {
    fn allowed_roots(&self) -> Vec<PathBuf> {
        let listed = self.values().allowed_roots.clone();
        listed.iter().filter_map(|root| self.real(root)).collect()
    }

    fn home(&self) -> PathBuf {
        self.home.clone()
    }
}

fn checked_slots(slots: u32) -> Result<u32, SettingsError> {
    if SLOTS.contains(&slots) { Ok(slots) } else { Err(SettingsError::Slots(slots)) }
}

/// Changes a value that has a range.
fn set(
    value: &mut u64,
    wanted: Option<u64>,
    range: RangeInclusive<u64>,
    setting: &'static str,
) -> Result<(), SettingsError> {
    match wanted {
        Some(wanted) if !range.contains(&wanted) => {
            Err(SettingsError::OutOfRange { setting, value: wanted, range })
        }
        Some(wanted) => {
            *value = wanted;
            Ok(())
        }
        None => Ok(()),
    }
}

fn slots_of(values: &Values, environment: &Environment) -> u32 {
    environment.slots.unwrap_or(values.slots)
}

fn command_limit_of(values: &Values, environment: &Environment) -> Duration {
    environment.timeout.unwrap_or(Duration::from_secs(values.command_timeout_secs))
}

fn artifact_limits_of(values: &Values) -> ArtifactLimits {
    const MB: u64 = 1024 * 1024;
    ArtifactLimits {
        file_bytes: values.artifact_file_mb * MB,
        files: u32::try_from(values.artifact_files).unwrap_or(u32::MAX),
        run_bytes: values.artifact_run_mb * MB,
    }
}

fn whole_seconds(limit: Duration) -> u64 {
    u64::try_from(limit.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}

//! The user's settings.

mod changes;
mod environment;
mod error;
mod file;
mod limits;
mod money;
mod numbers;
mod service;

#[cfg(test)]
mod tests;

pub(crate) use changes::read_again_on_change;
pub use error::SettingsError;

use crate::Paths;
use crate::machine::Machine;
use aegis_api::SettingsStore;
use aegis_domain::fair::Policy;
use aegis_domain::retention::{Keep, MAX_DAYS, MAX_MIB};
use aegis_domain::{SandboxPolicy, Terms};
use aegis_engine::ArtifactLimits;
use aegis_ports::AllowedRoots;
use aegis_protocol::{ApiError, Count, KeepUpdate, SettingsView, UpdateSettings};
use chrono_tz::Tz;
use environment::Environment;
use file::{Contents, Values};
use std::fs;
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
    machine: Machine,
    values: Mutex<Values>,
    policy: watch::Sender<Policy>,
    command_limit: watch::Sender<Duration>,
    sandbox: watch::Sender<SandboxPolicy>,
    artifact_limits: watch::Sender<ArtifactLimits>,
    keep: watch::Sender<Keep>,
    terms: watch::Sender<Terms>,
    zone: Tz,
}

impl Settings {
    /// Reads the settings; without a file they are the defaults.
    ///
    /// # Errors
    /// [`SettingsError`] when the file, or a variable that overrides it, is not understood.
    pub fn open(paths: &Paths) -> Result<Self, SettingsError> {
        let environment = Environment::read(|variable| std::env::var(variable).ok())?;
        Self::with(paths, environment, Machine::here())
    }

    fn with(
        paths: &Paths,
        environment: Environment,
        machine: Machine,
    ) -> Result<Self, SettingsError> {
        let values = Contents::read(paths.config_file())?.values;
        let (policy, _) = watch::channel(limits::policy(&values, &environment, machine));
        let (command_limit, _) = watch::channel(numbers::command_limit(&values, &environment));
        let (sandbox, _) = watch::channel(sandbox(&values));
        let (artifact_limits, _) = watch::channel(numbers::artifact_limits(&values));
        let (keep, _) = watch::channel(values.keep.keep());
        let zone = crate::zone::known().unwrap_or(Tz::UTC);
        let (terms, _) = watch::channel(money::terms(&values, &environment, zone));
        Ok(Self {
            file: paths.config_file().to_owned(),
            home: paths.home().to_owned(),
            environment,
            machine,
            values: Mutex::new(values),
            policy,
            command_limit,
            sandbox,
            artifact_limits,
            keep,
            terms,
            zone,
        })
    }

    /// How much may start, and how it is shared out, as it changes.
    #[must_use]
    pub fn policy(&self) -> watch::Receiver<Policy> {
        self.policy.subscribe()
    }

    /// Reads the file again, after somebody has changed it by hand.
    ///
    /// # Errors
    /// [`SettingsError`] when it is not understood; what it said before counts on.
    pub fn read_again(&self) -> Result<(), SettingsError> {
        let mut values = self.values();
        *values = Contents::read(&self.file)?.values;
        self.tell(&values);
        Ok(())
    }

    /// Tells whoever watches what counts now, if that is something new.
    fn tell(&self, values: &Values) {
        let environment = &self.environment;
        tell(&self.policy, limits::policy(values, environment, self.machine));
        tell(&self.command_limit, numbers::command_limit(values, environment));
        tell(&self.sandbox, sandbox(values));
        tell(&self.artifact_limits, numbers::artifact_limits(values));
        tell(&self.keep, values.keep.keep());
        tell(&self.terms, money::terms(values, environment, self.zone));
    }

    /// What every decision has to go by, as it changes.
    #[must_use]
    pub fn terms(&self) -> watch::Receiver<Terms> {
        self.terms.subscribe()
    }

    /// How long things are kept, as it changes.
    #[must_use]
    pub fn keep(&self) -> watch::Receiver<Keep> {
        self.keep.subscribe()
    }

    /// The time limit of commands that name none, as it changes.
    #[must_use]
    pub fn command_limit(&self) -> watch::Receiver<Duration> {
        self.command_limit.subscribe()
    }

    /// Which sandbox tasks have, as it changes.
    #[must_use]
    pub fn sandbox(&self) -> watch::Receiver<SandboxPolicy> {
        self.sandbox.subscribe()
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

    /// Where Anthropic's API is.
    #[must_use]
    pub fn anthropic_base_url(&self) -> String {
        self.values().anthropic_base_url.clone()
    }

    /// The same, when it is not where it usually is.
    #[must_use]
    pub fn other_base_url(&self) -> Option<String> {
        Some(self.anthropic_base_url()).filter(|url| url != service::ANTHROPIC)
    }

    /// Whether commands find what the login shell's start-up files set.
    #[must_use]
    pub fn login_environment(&self) -> bool {
        self.values().login_environment
    }

    /// Where Claude Code is, if that is said.
    #[must_use]
    pub fn claude_path(&self) -> Option<PathBuf> {
        let path = self.claude_path_of(&self.values());
        (!path.is_empty()).then(|| path.into())
    }

    fn claude_path_of(&self, values: &Values) -> String {
        self.environment.claude_path.clone().unwrap_or_else(|| values.claude_path.clone())
    }

    /// The time limit of agents that name none.
    #[must_use]
    pub fn agent_limit(&self) -> Duration {
        let secs = self.values().agent_timeout_secs;
        self.environment.timeout.unwrap_or(Duration::from_secs(secs))
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
        self.tell(&values);
        Ok(self.view_of(&values))
    }

    fn view_of(&self, values: &Values) -> SettingsView {
        let environment = &self.environment;
        let policy = limits::policy(values, environment, self.machine);
        let secs = |secs: u64| environment.timeout.map_or(secs, numbers::whole_seconds);
        let auto = |count| matches!(count, Count::Auto(_));
        SettingsView {
            slots: policy.limits.total,
            slots_override: environment.slots.map(|_| environment::MAX_CONCURRENT.to_owned()),
            slots_auto: environment.slots.is_none() && auto(values.slots),
            max_agents: policy.limits.ai,
            max_agents_auto: auto(values.max_agents),
            pressure: policy.pressure,
            limits: values.limits.clone(),
            offsets: values.offsets.clone(),
            sound: values.sound,
            claude_path: self.claude_path_of(values),
            allowed_roots: values.allowed_roots.clone(),
            command_timeout_secs: secs(values.command_timeout_secs),
            agent_timeout_secs: secs(values.agent_timeout_secs),
            retries: environment.retries.unwrap_or(values.retries),
            artifact_file_mb: values.artifact_file_mb,
            artifact_files: values.artifact_files,
            artifact_run_mb: values.artifact_run_mb,
            sandbox: values.sandbox,
            sandbox_floor: values.sandbox_floor,
            anthropic_base_url: values.anthropic_base_url.clone(),
            login_environment: values.login_environment,
            daily_budget: money::daily_budget(values, environment),
            question_expiry_secs: values.question_expiry_secs,
            keep: values.keep.keep(),
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
            limits::change(values, &update)?;
            values.sound = update.sound.unwrap_or(values.sound);
            values.login_environment = update.login_environment.unwrap_or(values.login_environment);
            if let Some(url) = &update.anthropic_base_url {
                values.anthropic_base_url =
                    service::base_url(url).map_err(SettingsError::BaseUrl)?;
            }
            if let Some(path) = &update.claude_path {
                if !file::is_place(path.trim()) {
                    return Err(SettingsError::ClaudePath(shown(path)));
                }
                values.claude_path = path.trim().to_owned();
            }
            numbers::change(values, &update)?;
            money::change(values, &update)?;
            values.sandbox = update.sandbox.unwrap_or(values.sandbox);
            values.sandbox_floor = update.sandbox_floor.unwrap_or(values.sandbox_floor);
            values.keep = values.keep.with(&checked_keep(update.keep)?);
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

fn sandbox(values: &Values) -> SandboxPolicy {
    SandboxPolicy { usual: values.sandbox, floor: values.sandbox_floor }
}

/// Not more than one can read.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn tell<T: PartialEq>(watched: &watch::Sender<T>, wanted: T) {
    watched.send_if_modified(|value| {
        let changed = *value != wanted;
        *value = wanted;
        changed
    });
}

fn checked_keep(keep: KeepUpdate) -> Result<KeepUpdate, SettingsError> {
    let all = [
        ("logs_days", keep.logs_days, MAX_DAYS),
        ("logs_mib", keep.logs_mib, MAX_MIB),
        ("history_days", keep.history_days, MAX_DAYS),
        ("deleted_days", keep.deleted_days, MAX_DAYS),
        ("keys_days", keep.keys_days, MAX_DAYS),
    ];
    for (name, given, most) in all {
        if let Some(given) = given.filter(|given| *given > most) {
            return Err(SettingsError::Keep { name, given, most });
        }
    }
    Ok(keep)
}

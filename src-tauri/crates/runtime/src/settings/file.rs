//! The settings' file: TOML that a person may edit, comments included.

use super::{SettingsError, money, service};
use crate::paths::make_private;
use aegis_domain::fair::{Caps, Limits};
use aegis_domain::retention::{Keep, MAX_DAYS, MAX_MIB};
use aegis_domain::{SandboxProfile, Usd};
use aegis_protocol::{Count, KeepUpdate, LimitsView};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, Table, Value};

/// Steps of priority that an executor can be ahead or behind.
pub(super) const OFFSETS: RangeInclusive<i8> = -10..=10;
/// Seconds that a run may take when its task does not say: up to 30 days, as for a task.
pub(super) const TIMEOUT_SECS: RangeInclusive<u64> = 1..=30 * 24 * 3600;
/// Retries of a task that does not say, as for a task.
pub(super) const RETRIES: RangeInclusive<u64> = 0..=100;
/// Megabytes of one file that a run leaves behind.
pub(super) const ARTIFACT_FILE_MB: RangeInclusive<u64> = 1..=100 * 1024;
/// Files that a run leaves behind: with those that are listed without a copy, a run holds 1000.
pub(super) const ARTIFACT_FILES: RangeInclusive<u64> = 1..=500;
/// Megabytes that a run leaves behind.
pub(super) const ARTIFACT_RUN_MB: RangeInclusive<u64> = 1..=1024 * 1024;
/// Only the user reads and writes a new file.
const PRIVATE: u32 = 0o600;
const HEAD: &str =
    "# The settings of Aegis. The window and `aegis settings` change this file; so may you.\n\n";

/// What the file says; what it does not say is as here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Values {
    #[serde(deserialize_with = "count")]
    pub(super) slots: Count,
    #[serde(deserialize_with = "count")]
    pub(super) max_agents: Count,
    pub(super) pressure: bool,
    #[serde(deserialize_with = "retries")]
    pub(super) retries: u32,
    pub(super) sound: bool,
    #[serde(deserialize_with = "claude_path")]
    pub(super) claude_path: String,
    pub(super) allowed_roots: Vec<String>,
    #[serde(deserialize_with = "command_timeout_secs")]
    pub(super) command_timeout_secs: u64,
    #[serde(deserialize_with = "agent_timeout_secs")]
    pub(super) agent_timeout_secs: u64,
    #[serde(deserialize_with = "artifact_file_mb")]
    pub(super) artifact_file_mb: u64,
    #[serde(deserialize_with = "artifact_files")]
    pub(super) artifact_files: u64,
    #[serde(deserialize_with = "artifact_run_mb")]
    pub(super) artifact_run_mb: u64,
    #[serde(deserialize_with = "limits")]
    pub(super) limits: LimitsView,
    #[serde(deserialize_with = "offsets")]
    pub(super) offsets: BTreeMap<String, i8>,
    pub(super) sandbox: SandboxProfile,
    pub(super) sandbox_floor: SandboxProfile,
    #[serde(deserialize_with = "base_url")]
    pub(super) anthropic_base_url: String,
    pub(super) login_environment: bool,
    #[serde(deserialize_with = "money::read_budget")]
    pub(super) daily_budget: Option<Usd>,
    #[serde(deserialize_with = "money::read_expiry")]
    pub(super) question_expiry_secs: u64,
    pub(super) keep: Kept,
}

impl Default for Values {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            slots: limits.total.into(),
            max_agents: limits.ai.into(),
            pressure: true,
            retries: 3,
            sound: true,
            claude_path: String::new(),
            allowed_roots: vec!["~".into()],
            command_timeout_secs: 5 * 60,
            agent_timeout_secs: 30 * 60,
            artifact_file_mb: 100,
            artifact_files: 100,
            artifact_run_mb: 500,
            limits: LimitsView::default(),
            offsets: BTreeMap::new(),
            sandbox: SandboxProfile::None,
            sandbox_floor: SandboxProfile::None,
            anthropic_base_url: service::ANTHROPIC.to_owned(),
            login_environment: true,
            daily_budget: None,
            question_expiry_secs: 0,
            keep: Kept::default(),
        }
    }
}

/// How long things are kept, as the file says it: the table `keep`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Kept {
    #[serde(deserialize_with = "days")]
    logs_days: Option<u32>,
    #[serde(deserialize_with = "mib")]
    logs_mib: Option<u32>,
    #[serde(deserialize_with = "days")]
    history_days: Option<u32>,
    #[serde(deserialize_with = "days")]
    deleted_days: Option<u32>,
    #[serde(deserialize_with = "days")]
    keys_days: Option<u32>,
}

impl Kept {
    /// With the defaults for what the file does not say.
    pub(super) fn keep(self) -> Keep {
        let default = Keep::default();
        Keep {
            logs_days: self.logs_days.unwrap_or(default.logs_days),
            logs_mib: self.logs_mib.unwrap_or(default.logs_mib),
            history_days: self.history_days.unwrap_or(default.history_days),
            deleted_days: self.deleted_days.unwrap_or(default.deleted_days),
            keys_days: self.keys_days.unwrap_or(default.keys_days),
        }
    }

    /// With what `update` says.
    pub(super) fn with(self, update: &KeepUpdate) -> Self {
        Self {
            logs_days: update.logs_days.or(self.logs_days),
            logs_mib: update.logs_mib.or(self.logs_mib),
            history_days: update.history_days.or(self.history_days),
            deleted_days: update.deleted_days.or(self.deleted_days),
            keys_days: update.keys_days.or(self.keys_days),
        }
    }

    fn named(self) -> [(&'static str, Option<u32>); 5] {
        [
            ("logs_days", self.logs_days),
            ("logs_mib", self.logs_mib),
            ("history_days", self.history_days),
            ("deleted_days", self.deleted_days),
            ("keys_days", self.keys_days),
        ]
    }
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    up_to(deserializer, MAX_DAYS)
}

fn mib<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    up_to(deserializer, MAX_MIB)
}

fn up_to<'de, D: Deserializer<'de>>(deserializer: D, most: u32) -> Result<Option<u32>, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if number <= most {
        Ok(Some(number))
    } else {
        Err(D::Error::custom(format!("{number} is too much: at most {most}, and 0 for ever")))
    }
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Count, D::Error> {
    match Count::deserialize(deserializer) {
        Ok(Count::Exactly(0)) | Err(_) => {
            Err(D::Error::custom("it has to be a number from 1 up, or \"auto\""))
        }
        Ok(count) => Ok(count),
    }
}

/// A limit; one of 0 is refused where it stands.
#[derive(Deserialize)]
#[serde(try_from = "u32")]
struct Most(u32);

impl TryFrom<u32> for Most {
    type Error = &'static str;
    fn try_from(most: u32) -> Result<Self, Self::Error> {
        if most > 0 { Ok(Self(most)) } else { Err("a limit has to be 1 or more") }
    }
}

/// An offset; one that is too large is refused where it stands.
#[derive(Deserialize)]
#[serde(try_from = "i8")]
struct Steps(i8);

impl TryFrom<i8> for Steps {
    type Error = &'static str;
    fn try_from(steps: i8) -> Result<Self, Self::Error> {
        if OFFSETS.contains(&steps) { Ok(Self(steps)) } else { Err("an offset can be -10 to 10") }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Limited {
    executors: BTreeMap<String, Most>,
    workspaces: BTreeMap<String, Most>,
    agents: BTreeMap<String, Most>,
}

fn limits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LimitsView, D::Error> {
    let caps = |table: BTreeMap<String, Most>| {
        Caps(table.into_iter().map(|(name, most)| (name, most.0)).collect())
    };
    let Limited { executors, workspaces, agents } = Limited::deserialize(deserializer)?;
    let (executors, workspaces, agents) = (caps(executors), caps(workspaces), caps(agents));
    Ok(LimitsView { executors, workspaces, agents })
}

fn offsets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, i8>, D::Error> {
    let offsets = BTreeMap::<String, Steps>::deserialize(deserializer)?;
    Ok(offsets.into_iter().map(|(name, steps)| (name, steps.0)).collect())
}

fn base_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let url = String::deserialize(deserializer)?;
    service::base_url(&url).map_err(D::Error::custom)
}

fn claude_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let path = String::deserialize(deserializer)?;
    if is_place(&path) {
        Ok(path)
    } else {
        Err(D::Error::custom("claude_path is not the whole path of a program"))
    }
}

/// Whether a text is nothing, or the whole path of a file.
pub(super) fn is_place(path: &str) -> bool {
    path.is_empty() || path.starts_with('/') && !path.contains(char::is_control)
}

/// A function that reads a setting and refuses what is out of its range.
macro_rules! ranged {
    ($setting:ident: $type:ty, $range:expr) => {
        fn $setting<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
            let (value, range) = (<$type>::deserialize(deserializer)?, $range);
            if range.contains(&value.into()) {
                return Ok(value);
            }
            let (name, first, last) = (stringify!($setting), range.start(), range.end());
            let message = format!("{name} is {value}, and has to be from {first} to {last}");
            Err(D::Error::custom(message))
        }
    };
}

ranged!(command_timeout_secs: u64, TIMEOUT_SECS);
ranged!(agent_timeout_secs: u64, TIMEOUT_SECS);
ranged!(retries: u32, RETRIES);
ranged!(artifact_file_mb: u64, ARTIFACT_FILE_MB);
ranged!(artifact_files: u64, ARTIFACT_FILES);
ranged!(artifact_run_mb: u64, ARTIFACT_RUN_MB);

/// A file as it was read.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) values: Values,
    document: DocumentMut,
    permissions: Permissions,
}

impl Contents {
    /// Reads the file; one that is not there says nothing.
    pub(super) fn read(path: &Path) -> Result<Self, SettingsError> {
        let failed = |source| SettingsError::Unreadable { path: path.to_owned(), source };
        let (text, permissions) = match fs::read_to_string(path) {
            Ok(text) => (text, fs::metadata(path).map_err(failed)?.permissions()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (HEAD.to_owned(), Permissions::from_mode(PRIVATE))
            }
            Err(error) => return Err(failed(error)),
        };
        let broken = |error: toml_edit::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            SettingsError::Broken {
                path: path.to_owned(),
                line: text.get(..at).map_or(1, |before| before.matches('\n').count() + 1),
                problem: error.message().trim().to_owned(),
            }
        };
        let values: Values = toml_edit::de::from_str(&text).map_err(broken)?;
        let document: DocumentMut =
            text.parse().map_err(|e: toml_edit::TomlError| broken(e.into()))?;
        Ok(Self { values, document, permissions })
    }

    /// Puts `values` in, and leaves everything else as it is.
    pub(super) fn set(&mut self, values: Values) {
        if values.slots != self.values.slots {
            self.put("slots", written(values.slots));
        }
        if values.max_agents != self.values.max_agents {
            self.put("max_agents", written(values.max_agents));
        }
        if values.pressure != self.values.pressure {
            self.put("pressure", values.pressure);
        }
        let (new, old) = (&values.limits, self.values.limits.clone());
        self.put_table(&["limits", "executors"], &new.executors.0, &old.executors.0);
        self.put_table(&["limits", "workspaces"], &new.workspaces.0, &old.workspaces.0);
        self.put_table(&["limits", "agents"], &new.agents.0, &old.agents.0);
        let old = self.values.offsets.clone();
        self.put_table(&["offsets"], &values.offsets, &old);
        if values.sound != self.values.sound {
            self.put("sound", values.sound);
        }
        if values.login_environment != self.values.login_environment {
            self.put("login_environment", values.login_environment);
        }
        if values.anthropic_base_url != self.values.anthropic_base_url {
            self.put("anthropic_base_url", values.anthropic_base_url.as_str());
        }
        if values.claude_path != self.values.claude_path {
            self.put("claude_path", values.claude_path.as_str());
        }
        let numbers = [
            ("command_timeout_secs", values.command_timeout_secs, self.values.command_timeout_secs),
            ("agent_timeout_secs", values.agent_timeout_secs, self.values.agent_timeout_secs),
            ("retries", values.retries.into(), self.values.retries.into()),
            ("question_expiry_secs", values.question_expiry_secs, self.values.question_expiry_secs),
            ("artifact_file_mb", values.artifact_file_mb, self.values.artifact_file_mb),
            ("artifact_files", values.artifact_files, self.values.artifact_files),
            ("artifact_run_mb", values.artifact_run_mb, self.values.artifact_run_mb),
        ];
        for (key, value, before) in numbers {
            if value != before {
                self.put(key, i64::try_from(value).unwrap_or(i64::MAX));
            }
        }
        if values.daily_budget != self.values.daily_budget {
            match values.daily_budget {
                Some(budget) => self.put("daily_budget", budget.to_string()),
                None => self.put("daily_budget", "none"),
            }
        }
        let sandboxes = [
            ("sandbox", values.sandbox, self.values.sandbox),
            ("sandbox_floor", values.sandbox_floor, self.values.sandbox_floor),
        ];
        for (key, value, before) in sandboxes {
            if value != before {
                self.put(key, value.as_str());
            }
        }
        if values.allowed_roots != self.values.allowed_roots {
            self.put("allowed_roots", Array::from_iter(&values.allowed_roots));
        }
        for ((name, new), (_, old)) in values.keep.named().into_iter().zip(self.values.keep.named())
        {
            if let Some(new) = new.filter(|_| new != old) {
                self.put_kept(name, i64::from(new));
            }
        }
        self.values = values;
    }

    /// Puts a value into the table `keep`, which stands at the end when it is new.
    fn put_kept(&mut self, key: &str, value: i64) {
        let table = self.document["keep"].or_insert(Item::Table(Table::new()));
        let mut value = Value::from(value);
        if let Some(old) = table.get(key).and_then(Item::as_value) {
            *value.decor_mut() = old.decor().clone();
        }
        table[key] = Item::Value(value);
    }

    /// Changes the entries of a table that differ, and leaves the others as they are.
    fn put_table<N: Copy + PartialEq + Into<i64>>(
        &mut self,
        path: &[&str],
        new: &BTreeMap<String, N>,
        old: &BTreeMap<String, N>,
    ) {
        if new == old {
            return;
        }
        let alone = self.document.is_empty().then(|| self.document.trailing().clone());
        if alone.is_some() {
            self.document.set_trailing("");
        }
        let mut table = self.document.as_table_mut();
        for (depth, name) in path.iter().enumerate() {
            let mut fresh = Table::new();
            // Only the innermost table needs a line of its own.
            fresh.set_implicit(depth + 1 < path.len());
            let item = table.entry(name).or_insert(Item::Table(fresh));
            if let Some(inline) = item.as_inline_table() {
                *item = Item::Table(inline.clone().into_table());
            }
            let Some(inner) = item.as_table_mut() else { return };
            table = inner;
        }
        if let Some(above) = alone.as_ref().and_then(|text| text.as_str()) {
            table.decor_mut().set_prefix(above);
        }
        table.retain(|name, _| new.contains_key(name));
        for (name, value) in new {
            if old.get(name) != Some(value) {
                table[name] = toml_edit::value((*value).into());
            }
        }
    }

    /// A comment behind the old value stays behind the new one, and what stands alone in the file
    /// stays above the first value.
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        let mut value = value.into();
        let alone = self.document.is_empty().then(|| self.document.trailing().clone());
        let item = &mut self.document[key];
        if let Some(old) = item.as_value() {
            *value.decor_mut() = old.decor().clone();
        }
        *item = Item::Value(value);
        if let Some(above) = alone
            && let Some(mut key) = self.document.key_mut(key)
        {
            key.leaf_decor_mut().set_prefix(above);
            self.document.set_trailing("");
        }
    }

    /// Puts it in place of the file, which is whole at any moment, also when the power fails.
    pub(super) fn write(&self, path: &Path) -> Result<(), SettingsError> {
        replace(path, self.document.to_string().as_bytes(), &self.permissions)
            .map_err(|source| SettingsError::Unwritable { path: path.to_owned(), source })
    }
}

fn written(count: Count) -> Value {
    match count {
        Count::Exactly(count) => i64::from(count).into(),
        Count::Auto(_) => "auto".into(),
    }
}

fn replace(path: &Path, bytes: &[u8], permissions: &Permissions) -> io::Result<()> {
    // A file that is kept elsewhere, behind a symbolic link, stays there.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("/"));
    make_private(folder)?;
    let new = beside(&path);
    let written = write_new(&new, bytes, permissions).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        // It may not be there at all.
        let _ = fs::remove_file(&new);
    }
    written?;
    File::open(folder)?.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn write_new(path: &Path, bytes: &[u8], permissions: &Permissions) -> io::Result<()> {
    let mut file =
        File::options().write(true).create(true).truncate(true).mode(PRIVATE).open(path)?;
    file.write_all(bytes)?;
    file.set_permissions(permissions.clone())?;
    file.sync_all()
}

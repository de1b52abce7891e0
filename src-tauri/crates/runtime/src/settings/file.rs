//! The settings' file: TOML that a person may edit, comments included.

use super::SettingsError;
use crate::paths::make_private;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, Value};

/// Runs at once.
pub(super) const SLOTS: RangeInclusive<u32> = 1..=64;
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
    #[serde(deserialize_with = "slots")]
    pub(super) slots: u32,
    pub(super) sound: bool,
    pub(super) allowed_roots: Vec<String>,
    #[serde(deserialize_with = "command_timeout_secs")]
    pub(super) command_timeout_secs: u64,
    #[serde(deserialize_with = "agent_timeout_secs")]
    pub(super) agent_timeout_secs: u64,
    #[serde(deserialize_with = "retries")]
    pub(super) retries: u32,
    #[serde(deserialize_with = "artifact_file_mb")]
    pub(super) artifact_file_mb: u64,
    #[serde(deserialize_with = "artifact_files")]
    pub(super) artifact_files: u64,
    #[serde(deserialize_with = "artifact_run_mb")]
    pub(super) artifact_run_mb: u64,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            slots: 5,
            sound: true,
            allowed_roots: vec!["~".into()],
            command_timeout_secs: 5 * 60,
            agent_timeout_secs: 30 * 60,
            retries: 3,
            artifact_file_mb: 100,
            artifact_files: 100,
            artifact_run_mb: 500,
        }
    }
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

ranged!(slots: u32, SLOTS);
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
            self.put("slots", i64::from(values.slots));
        }
        if values.sound != self.values.sound {
            self.put("sound", values.sound);
        }
        let numbers = [
            ("command_timeout_secs", values.command_timeout_secs, self.values.command_timeout_secs),
            ("agent_timeout_secs", values.agent_timeout_secs, self.values.agent_timeout_secs),
            ("retries", values.retries.into(), self.values.retries.into()),
            ("artifact_file_mb", values.artifact_file_mb, self.values.artifact_file_mb),
            ("artifact_files", values.artifact_files, self.values.artifact_files),
            ("artifact_run_mb", values.artifact_run_mb, self.values.artifact_run_mb),
        ];
        for (key, value, before) in numbers {
            if value != before {
                self.put(key, i64::try_from(value).unwrap_or(i64::MAX));
            }
        }
        if values.allowed_roots != self.values.allowed_roots {
            self.put("allowed_roots", Array::from_iter(&values.allowed_roots));
        }
        self.values = values;
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

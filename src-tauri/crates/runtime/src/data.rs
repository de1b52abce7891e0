//! What is done with the data while no engine works with it.

use crate::lock::Lock;
use crate::paths::from_io;
use crate::{Paths, SystemClock};
use aegis_api::{backup_error, backup_view, contents_view, import_error};
use aegis_domain::Ctx;
use aegis_ports::Clock;
use aegis_protocol::{ApiError, BackupView, DataContents};
use aegis_store::backup;
use aegis_store::transfer::{self, Destination, ExportError, Exported, Imported};
use serde::Serialize;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

/// What putting a backup back did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoredBackup {
    /// What there is now.
    pub contents: DataContents,
    /// Where the database that was there before is kept.
    pub kept: Option<String>,
}

/// Takes the lock for one piece of work.
fn alone<T>(paths: &Paths, work: impl FnOnce() -> Result<T, ApiError>) -> Result<T, ApiError> {
    paths.prepare()?;
    let lock = Lock::take(&paths.lock()).map_err(|error| {
        ApiError::from(error).with_hint(
            "Nothing was changed. Stop it first: aegis engine stop, or close the window.",
        )
    })?;
    let done = work();
    lock.release();
    done
}

/// Puts a backup in the place of the database: the file `from`, or the backup of that name when it
/// is a name alone. Blocks on the disk.
///
/// # Errors
/// [`Locked`](aegis_protocol::ErrorKind::Locked) while an engine runs; what is wrong with the
/// backup; no room. Nothing has changed then.
pub fn restore(paths: &Paths, from: &Path) -> Result<RestoredBackup, ApiError> {
    alone(paths, || {
        let file = file(paths, from)?;
        let restored = backup::restore(paths.data(), &file, SystemClock.now());
        let restored = restored.map_err(|e| backup_error(&e))?;
        Ok(RestoredBackup {
            contents: contents_view(&file, restored.contents),
            kept: restored.kept.map(|path| path.display().to_string()),
        })
    })
}

/// The backups that are kept, newest first; also where the database cannot be opened.
///
/// # Errors
/// The folder cannot be read.
pub fn backups(paths: &Paths) -> Result<Vec<BackupView>, ApiError> {
    let backups = backup::list(paths.data()).map_err(|e| backup_error(&e))?;
    Ok(backups.iter().map(backup_view).collect())
}

/// Writes everything down as lines of JSON, beside an engine or without one. Blocks on the disk.
///
/// # Errors
/// The database cannot be read, or `to` does not take the lines.
pub fn export(paths: &Paths, to: &mut dyn Write) -> Result<Exported, ExportError> {
    transfer::export(paths.data(), to)
}

/// Takes an export in, all or nothing: into an empty data directory or, when `merge` says so,
/// beside what is there. Blocks on the disk.
///
/// # Errors
/// [`Locked`](aegis_protocol::ErrorKind::Locked) while an engine runs; what is wrong with the
/// export. Nothing has changed then.
pub fn import(paths: &Paths, from: impl BufRead, merge: bool) -> Result<Imported, ApiError> {
    let into = if merge { Destination::Existing } else { Destination::Empty };
    alone(paths, || {
        let mut seed = [0; 8];
        rustix::rand::getrandom(&mut seed, rustix::rand::GetRandomFlags::empty())
            .map_err(|e| from_io(&e.into(), format!("The system gives no random numbers: {e}.")))?;
        let ctx = Ctx::new(SystemClock.now(), u64::from_le_bytes(seed));
        transfer::import(paths.data(), from, into, ctx).map_err(|e| import_error(&e))
    })
}

/// Checks a backup whole, beside an engine or without one. Blocks on the disk.
///
/// # Errors
/// What is wrong with it.
pub fn look_into(paths: &Paths, backup: &Path) -> Result<DataContents, ApiError> {
    let file = file(paths, backup)?;
    let contents = backup::verify(&file).map_err(|e| backup_error(&e))?;
    Ok(contents_view(&file, contents))
}

/// A path says where; a name alone is that of a backup.
fn file(paths: &Paths, named: &Path) -> Result<PathBuf, ApiError> {
    match named.to_str() {
        Some(name) if !name.contains('/') => {
            backup::find(paths.data(), name).map(|backup| backup.path).map_err(|e| backup_error(&e))
        }
        _ => Ok(named.to_owned()),
    }
}

//! The folder of backups: what is in it, and what goes.

use super::make::{beside, remove};
use super::name::Name;
use super::{Backup, BackupError, Reason, folder};
use std::collections::HashMap;
use std::io;
use std::mem::discriminant;
use std::path::Path;

/// Backups that are kept for each reason, the newest.
pub const KEPT: usize = 7;

/// The backups of the data directory `dir`, newest first. Only names are looked at.
///
/// # Errors
/// [`BackupError`] when the folder cannot be read.
pub fn list(dir: &Path) -> Result<Vec<Backup>, BackupError> {
    let folder = folder(dir);
    let failed = |e: io::Error| BackupError::from_io(&folder, &e);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut backups = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some(Name { at, reason }) = name.to_str().and_then(Name::read) else { continue };
        // Not through links: a backup is a file that Aegis wrote here.
        let found = entry.metadata().map_err(failed)?;
        if found.is_file() {
            backups.push(Backup { path: entry.path(), at, reason, bytes: found.len() });
        }
    }
    backups.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.path.cmp(&b.path)));
    Ok(backups)
}

/// The backup of a name.
///
/// # Errors
/// [`BackupError::NotFound`], also for what is no backup's name: no other file can be reached.
pub fn find(dir: &Path, name: &str) -> Result<Backup, BackupError> {
    let found = list(dir)?.into_iter().find(|backup| backup.name() == name);
    // What is no name of a file is not put into a path.
    let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    found.ok_or_else(|| BackupError::NotFound(shown.into()))
}

/// Removes all but the newest of each reason. Files that Aegis did not make stay.
pub(crate) fn prune(dir: &Path) -> Result<Vec<Backup>, BackupError> {
    let mut kept = HashMap::new();
    let mut removed = Vec::new();
    for backup in list(dir)? {
        let kept: &mut usize = kept.entry(discriminant::<Reason>(&backup.reason)).or_default();
        *kept += 1;
        if *kept > KEPT {
            let gone = remove(&backup.path).and_then(|()| remove(&beside(&backup.path, "-wal")));
            gone.map_err(|e| BackupError::from_io(&backup.path, &e))?;
            removed.push(backup);
        }
    }
    Ok(removed)
}

//! Making a copy beside whoever writes.

use super::name::Name;
use super::verify::{contents, verify};
use super::{Backup, BackupError, Reason, folder};
use crate::open::journal_mode;
use aegis_domain::Timestamp;
use rusqlite::backup::{Backup as Copying, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Pages of one step.
const STEP: i32 = 4096;

/// A file that is not whole yet: it goes when it is not [kept](Part::keep).
pub(super) struct Part {
    path: PathBuf,
}

impl Part {
    /// An empty file for the user alone.
    pub(super) fn create(path: PathBuf) -> Result<Self, BackupError> {
        remove(&path).map_err(|e| BackupError::from_io(&path, &e))?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|e| BackupError::from_io(&path, &e))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it durable under its name; what had the name before is replaced at once and whole.
    pub(super) fn keep(self, name: &Path) -> Result<(), BackupError> {
        let failed = |e: io::Error| BackupError::from_io(name, &e);
        File::open(&self.path).and_then(|file| file.sync_all()).map_err(failed)?;
        fs::rename(&self.path, name).map_err(failed)?;
        sync_folder(name).map_err(failed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // What cannot be removed now is removed before the next backup.
        let _ = remove(&self.path);
        let _ = remove(&beside(&self.path, "-journal"));
    }
}

/// Copies the database of `source` into a new file, checks it, and gives it its name.
///
/// Whoever writes meanwhile goes on: the copy is of one snapshot.
pub(crate) fn make(
    source: &mut Connection,
    dir: &Path,
    at: Timestamp,
    reason: Reason,
) -> Result<Backup, BackupError> {
    let folder = folder(dir);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(|e| BackupError::from_io(&folder, &e))?;
    let name = Name { at, reason }.to_string();
    let path = folder.join(&name);
    if path.exists() {
        return Err(BackupError::Exists(path));
    }
    // One name for every unfinished copy: what a crash left is written over by the next.
    let part = Part::create(folder.join("unfinished.part"))?;
    copy(source, part.path())?;
    part.keep(&path)?;
    let bytes = fs::metadata(&path).map_err(|e| BackupError::from_io(&path, &e))?.len();
    Ok(Backup { path, at, reason, bytes })
}

/// Keeps the database as it is before it is brought to a newer form.
///
/// Its moment is when the database was last written. So a migration that fails and is tried again
/// makes one backup, not one a try.
pub(crate) fn before_migration(
    source: &mut Connection,
    dir: &Path,
    form: i64,
) -> Result<(), BackupError> {
    let database = crate::open::database(dir);
    let written = fs::metadata(&database)
        .and_then(|found| found.modified())
        .map_err(|e| BackupError::from_io(&database, &e))?;
    let millis = written.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let at = i64::try_from(millis).ok().and_then(Timestamp::from_timestamp_millis);
    match make(source, dir, at.unwrap_or_default(), Reason::Migration(form)) {
        Ok(_) | Err(BackupError::Exists(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Copies the database of `source` into the file `to`, and checks the copy against it.
pub(super) fn copy(source: &mut Connection, to: &Path) -> Result<(), BackupError> {
    let failed = |e: rusqlite::Error| BackupError::from_sqlite(to, &e);
    let snapshot =
        source.transaction_with_behavior(TransactionBehavior::Deferred).map_err(failed)?;
    let expected = contents(&snapshot).map_err(failed)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags).map_err(failed)?;
    {
        let copying = Copying::new(&snapshot, &mut copy).map_err(failed)?;
        loop {
            match copying.step(STEP).map_err(failed)? {
                StepResult::Done => break,
                StepResult::More => {}
                // The snapshot holds what is read, and nobody else knows the copy.
                _ => {
                    let detail = "SQLite says that somebody else uses it".to_owned();
                    return Err(BackupError::Other { path: to.to_owned(), detail });
                }
            }
        }
    }
    // One file, that can be read where nothing can be written.
    let mode = journal_mode(&copy, "DELETE").map_err(failed)?;
    if mode != "delete" {
        let detail = format!("it stays in the mode “{mode}”");
        return Err(BackupError::Other { path: to.to_owned(), detail });
    }
    copy.close().map_err(|(_, e)| failed(e))?;
    if verify(to)? == expected { Ok(()) } else { Err(BackupError::Unequal(to.to_owned())) }
}

/// Makes the entries of the folder that `path` is in durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// `path` with something at its end: SQLite keeps files beside a database.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

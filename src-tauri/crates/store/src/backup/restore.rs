//! Putting a backup in the place of the database.

use super::make::{Part, beside, copy, remove, sync_folder};
use super::name::Name;
use super::{BackupError, Contents, Reason, folder, verify};
use crate::open::{database, journal_mode};
use crate::table::flags::{self, Flag};
use aegis_domain::Timestamp;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What putting a backup back did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the database holds now.
    pub contents: Contents,
    /// Where the database that was there before is; `None` when there was none.
    pub kept: Option<PathBuf>,
}

/// Puts a copy of `file` in the place of the database in `dir`; keeps the one that was there among
/// the backups, also when it is damaged.
///
/// The caller holds the lock of the data directory: nobody else has the database open. A crash at
/// any moment leaves one of the two databases, whole.
///
/// # Errors
/// [`BackupError`]: nothing has changed.
pub fn restore(dir: &Path, file: &Path, now: Timestamp) -> Result<Restored, BackupError> {
    let contents = verify(file)?;
    let failed = |e: rusqlite::Error| BackupError::from_sqlite(file, &e);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut source = Connection::open_with_flags(file, flags).map_err(failed)?;
    // It belongs to the database that is replaced.
    crate::search::remove(dir).map_err(|e| BackupError::from_io(dir, &e))?;
    let part = Part::create(dir.join("restored.part"))?;
    copy(&mut source, part.path())?;
    drop(source);
    mark(part.path()).map_err(|e| BackupError::from_sqlite(part.path(), &e))?;
    let database = database(dir);
    let kept = if database.exists() { Some(set_aside(dir, &database, now)?) } else { None };
    part.keep(&database)?;
    Ok(Restored { contents, kept })
}

/// Notes in the copy that it is one: the programs of its live runs may belong to another engine.
fn mark(part: &Path) -> rusqlite::Result<()> {
    let conn = Connection::open(part)?;
    journal_mode(&conn, "DELETE")?;
    flags::set(&conn, Flag::Restored, true)?;
    conn.flush_prepared_statement_cache();
    conn.close().map_err(|(_, error)| error)
}

/// Gives the present database a second name among the backups. It stays where it is, without the
/// write-ahead log: that must never meet the database that comes after it.
fn set_aside(dir: &Path, database: &Path, now: Timestamp) -> Result<PathBuf, BackupError> {
    let folder = folder(dir);
    let failed = |e: io::Error| BackupError::from_io(database, &e);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed)?;
    let name = Name { at: now, reason: Reason::Replaced }.to_string();
    let kept = folder.join(name);
    if kept.exists() {
        return Err(BackupError::Exists(kept));
    }
    if let Err(error) = fold(database) {
        tracing::warn!(%error, "the database that is replaced is damaged; it is kept as it is");
    }
    fs::set_permissions(database, fs::Permissions::from_mode(0o600)).map_err(failed)?;
    fs::hard_link(database, &kept).map_err(failed)?;
    let log = beside(database, "-wal");
    if log.exists() {
        // Beside the name that the database has now, SQLite finds it again.
        fs::rename(&log, beside(&kept, "-wal")).map_err(failed)?;
    }
    remove(&beside(database, "-shm")).map_err(failed)?;
    sync_folder(&kept).and_then(|()| sync_folder(database)).map_err(failed)?;
    Ok(kept)
}

/// Folds the write-ahead log into the database, so that one file is all of it.
fn fold(database: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(database, flags)?;
    journal_mode(&conn, "DELETE")?;
    conn.close().map_err(|(_, error)| error)
}

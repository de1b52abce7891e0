//! Whether a file is a whole database of Aegis.

use super::BackupError;
use crate::error::unread;
use crate::latest_version;
use crate::table::events;
use rusqlite::{Connection, OpenFlags, Result as Sqlite};
use std::path::Path;

/// How much a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Its form: the number of migrations that made it.
    pub form: i64,
    /// Tasks, deleted ones too.
    pub tasks: u64,
    /// Occurrences.
    pub occurrences: u64,
    /// Runs.
    pub runs: u64,
    /// Events.
    pub events: u64,
}

/// The tables by which a database of Aegis is known, of any form.
const TABLES: i64 = 4;

/// The form from which on a row holds several events.
const EVENTS_IN_ROWS: i64 = 10;

/// Opens `path` without changing it, and checks it whole.
///
/// # Errors
/// [`BackupError`]: not there, damaged, of another program, or of a newer Aegis.
pub fn verify(path: &Path) -> Result<Contents, BackupError> {
    let found = std::fs::metadata(path).map_err(|e| BackupError::from_io(path, &e))?;
    if !found.is_file() {
        return Err(BackupError::NotFound(path.to_owned()));
    }
    let failed = |e: rusqlite::Error| BackupError::from_sqlite(path, &e);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    let form = form(&conn).map_err(failed)?;
    if !is_of_aegis(&conn, form).map_err(failed)? {
        return Err(BackupError::Foreign(path.to_owned()));
    }
    let known = latest_version();
    if form > known {
        return Err(BackupError::Newer { path: path.to_owned(), found: form, known });
    }
    if let Some(detail) = fault(&conn).map_err(failed)? {
        if unread(&detail).is_some() {
            return Err(BackupError::Other { path: path.to_owned(), detail });
        }
        return Err(BackupError::Damaged { path: path.to_owned(), detail });
    }
    contents(&conn).map_err(failed)
}

fn form(conn: &Connection) -> Sqlite<i64> {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn is_of_aegis(conn: &Connection, form: i64) -> Sqlite<bool> {
    let tables: i64 = conn.query_row(
        "SELECT count(*) FROM sqlite_master
         WHERE type = 'table' AND name IN ('tasks', 'occurrences', 'runs', 'events')",
        [],
        |row| row.get(0),
    )?;
    Ok(form > 0 && tables == TABLES)
}

/// The first thing that is wrong, if anything is.
fn fault(conn: &Connection) -> Sqlite<Option<String>> {
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Ok(Some(verdict));
    }
    let mut broken = conn.prepare("PRAGMA foreign_key_check")?;
    let mut rows = broken.query([])?;
    Ok(match rows.next()? {
        Some(row) => Some(format!(
            "a row of {} belongs to one of {} that is not there",
            row.get::<_, String>(0)?,
            row.get::<_, String>(2)?
        )),
        None => None,
    })
}

pub(super) fn contents(conn: &Connection) -> Sqlite<Contents> {
    let form = form(conn)?;
    // Of an earlier form each has a row of its own.
    let events = if form < EVENTS_IN_ROWS {
        conn.query_row("SELECT count(*) FROM events", [], |row| row.get(0))?
    } else {
        events::count(conn)?
    };
    conn.query_row(
        "SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM occurrences),
                (SELECT count(*) FROM runs)",
        [],
        |row| {
            Ok(Contents {
                form,
                tasks: row.get(0)?,
                occurrences: row.get(1)?,
                runs: row.get(2)?,
                events,
            })
        },
    )
}

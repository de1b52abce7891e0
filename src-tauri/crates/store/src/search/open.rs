//! Opening the index, and making it again when that is the way out.

use crate::StoreError;
use crate::open::{database, prepare_once};
use rusqlite::{Connection, OpenFlags};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The form of the index that this program writes: another one is made again.
const FORM: i64 = 1;
/// Indexes up to this size are checked whole when they are opened; it takes milliseconds.
const CHECKED_WHOLE: u64 = 32 * 1024 * 1024;

pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("search.db")
}

/// Removes the index, if there is one: the next use makes it again.
pub(crate) fn remove(dir: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::remove_file(dir.join(format!("search.db{suffix}"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Opens the index for writing. One that is damaged, of another form, or of another past than the
/// database, is made again.
pub(super) fn for_writing(dir: &Path) -> Result<Connection, StoreError> {
    match usable(dir) {
        Ok(Some(conn)) => return Ok(conn),
        Ok(None) => tracing::info!("the index of the search is made again"),
        Err(StoreError::Corrupt(detail)) => {
            tracing::warn!(detail, "the index of the search is damaged; it is made again");
        }
        // What cannot be read now may be well: a full disk is no reason to lose it.
        Err(error) => return Err(error),
    }
    remove(dir).map_err(|e| StoreError::Sqlite(e.to_string()))?;
    let conn = connect(dir, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    conn.execute_batch("BEGIN")?;
    conn.execute_batch(include_str!("schema.sql"))?;
    conn.pragma_update(None, "user_version", FORM)?;
    conn.execute_batch("COMMIT")?;
    Ok(conn)
}

/// The index that is there, if it can be used.
fn usable(dir: &Path) -> Result<Option<Connection>, StoreError> {
    let Ok(file) = std::fs::metadata(path(dir)) else { return Ok(None) };
    let conn = connect(dir, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let form: i64 = conn.query_row("PRAGMA main.user_version", [], |row| row.get(0))?;
    if form != FORM {
        return Ok(None);
    }
    if file.len() <= CHECKED_WHOLE {
        let verdict: String = conn.query_row("PRAGMA main.quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::Corrupt(verdict));
        }
    }
    let cursor: i64 = conn.query_row(super::index::CURSOR, [], |row| row.get(0))?;
    let given: i64 =
        conn.query_row("SELECT value FROM source.counters WHERE name = 'event_seq'", [], |row| {
            row.get(0)
        })?;
    // An event that the database does not know: this is the index of another one.
    Ok((cursor <= given).then_some(conn))
}

/// Opens the index for reading beside its writer.
pub(super) fn for_reading(dir: &Path) -> Result<Connection, StoreError> {
    let conn = connect(dir, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "query_only", "ON")?;
    Ok(conn)
}

/// With the database beside it as `source`, which is never written from here.
fn connect(dir: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(path(dir), flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // What a power cut takes away is taken in again.
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    prepare_once(&conn)?;
    conn.execute("ATTACH ?1 AS source", [uri(&database(dir))])?;
    Ok(conn)
}

/// A path as a URI that opens it for reading alone (RFC 3986, section 2.1).
fn uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?mode=ro"
}

/// A connection on which plans can be looked at.
#[cfg(test)]
pub(crate) fn for_plans(dir: &Path) -> Connection {
    for_writing(dir).unwrap()
}

//! Looking at the index without changing it.

use super::index::CURSOR;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;

/// What the index says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexState {
    /// Tasks and runs in it.
    pub docs: u64,
    /// Events that it has not taken in.
    pub behind: u64,
    /// Bytes on the disk.
    pub bytes: u64,
}

/// Checks the index in `dir` whole; `None` when there is none, which is no fault.
///
/// # Errors
/// What is wrong with it.
pub fn inspect_index(dir: &Path) -> Option<Result<IndexState, String>> {
    let path = super::open::path(dir);
    let bytes = std::fs::metadata(&path).ok()?.len();
    let look = || -> rusqlite::Result<Result<IndexState, String>> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&path, flags)?;
        // It looks into the words as well (fts5.html, xIntegrity).
        let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Ok(Err(verdict));
        }
        let cursor: i64 = conn.query_row(CURSOR, [], |row| row.get(0))?;
        let docs = conn.query_row("SELECT count(*) FROM docs", [], |row| row.get(0))?;
        let events = Connection::open_with_flags(crate::open::database(dir), flags)?;
        let newest: Option<i64> = events
            .query_row("SELECT seq FROM events ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        let behind = u64::try_from(newest.unwrap_or(0) - cursor).unwrap_or(0);
        Ok(Ok(IndexState { docs, behind, bytes }))
    };
    Some(look().unwrap_or_else(|error| Err(error.to_string())))
}

//! `request_keys`: what requests with a key have made.

use super::instant;
use aegis_domain::{Made, Once, TaskId, TaskNumber, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result};

/// A key that counts, as exports have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestKeyRow {
    pub(crate) key: String,
    pub(crate) request: String,
    pub(crate) task: TaskId,
    pub(crate) at: Timestamp,
}

pub(crate) fn put(conn: &Connection, once: &Once, task: TaskId, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO request_keys (key, request, task_id, created_at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((once.key.as_str(), &once.request, task.0, now.timestamp_millis()))?;
    Ok(())
}

/// The task that a key has made, with the fingerprint of its request.
pub(crate) fn made(conn: &Connection, key: &str) -> Result<Option<(Made, String)>> {
    conn.prepare_cached(
        "SELECT t.id, t.number, k.request FROM request_keys k JOIN tasks t ON t.id = k.task_id
         WHERE k.key = ?1",
    )?
    .query_row([key], |row| {
        let made = Made { task: TaskId(row.get(0)?), number: TaskNumber(row.get(1)?) };
        Ok((made, row.get(2)?))
    })
    .optional()
}

/// How many there are, at most: the oldest go first, so that the numbers have no large gaps.
pub(crate) fn count(conn: &Connection) -> Result<u64> {
    let first: Option<u64> = conn
        .prepare_cached("SELECT id FROM request_keys ORDER BY id LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let last: Option<u64> = conn
        .prepare_cached("SELECT id FROM request_keys ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(last.zip(first).map_or(0, |(last, first)| last - first + 1))
}

/// The oldest after number `after`, with when each was made.
pub(crate) fn oldest(conn: &Connection, after: i64, limit: u32) -> Result<Vec<(i64, Timestamp)>> {
    conn.prepare_cached(
        "SELECT id, created_at FROM request_keys WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?
    .query_map((after, limit), |row| Ok((row.get(0)?, instant(row, 1)?)))?
    .collect()
}

pub(crate) fn remove(conn: &Connection, id: i64) -> Result<usize> {
    conn.prepare_cached("DELETE FROM request_keys WHERE id = ?1")?.execute([id])
}

/// Every one, by age.
pub(crate) const ALL: &str =
    "SELECT key, request, task_id, created_at FROM request_keys ORDER BY id";

/// A row of [`ALL`].
pub(crate) fn read(row: &rusqlite::Row<'_>) -> Result<RequestKeyRow> {
    Ok(RequestKeyRow {
        key: row.get(0)?,
        request: row.get(1)?,
        task: TaskId(row.get(2)?),
        at: instant(row, 3)?,
    })
}

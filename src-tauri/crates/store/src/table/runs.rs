//! `runs`: attempts.

use super::{from_text, to_text};
use aegis_domain::{OccurrenceId, Run, RunId, TaskId};
use rusqlite::{Connection, OptionalExtension, Result, params};

pub(crate) fn insert(conn: &Connection, run: &Run) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO runs (token, id, occurrence_id, task_id, number, ended_at, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        run.token.0,
        run.id.0,
        run.occurrence.0,
        run.task.0,
        run.number,
        run.end.as_ref().map(|e| e.at.timestamp_millis()),
        to_text(run)?,
    ])?;
    Ok(())
}

/// Changes a run. Its token and what it belongs to never change.
pub(crate) fn update(conn: &Connection, run: &Run) -> Result<()> {
    conn.prepare_cached("UPDATE runs SET ended_at = ?2, row = ?3 WHERE token = ?1")?.execute((
        run.token.0,
        run.end.as_ref().map(|e| e.at.timestamp_millis()),
        to_text(run)?,
    ))?;
    Ok(())
}

pub(crate) fn get(conn: &Connection, id: RunId) -> Result<Option<Run>> {
    conn.prepare_cached("SELECT row FROM runs WHERE id = ?1")?
        .query_row([id.0], |row| from_text(row, 0))
        .optional()
}

/// An occurrence's last attempt.
pub(crate) fn last_of(conn: &Connection, occurrence: OccurrenceId) -> Result<Option<Run>> {
    conn.prepare_cached(
        "SELECT row FROM runs WHERE occurrence_id = ?1 ORDER BY number DESC LIMIT 1",
    )?
    .query_row([occurrence.0], |row| from_text(row, 0))
    .optional()
}

/// Earlier attempts of an occurrence that are looked at.
const EARLIER: u32 = 200;

/// An occurrence's attempts before its `number`th.
pub(crate) fn earlier(
    conn: &Connection,
    occurrence: OccurrenceId,
    number: u32,
) -> Result<Vec<Run>> {
    conn.prepare_cached(
        "SELECT row FROM runs WHERE occurrence_id = ?1 AND number < ?2
         ORDER BY number DESC LIMIT ?3",
    )?
    .query_map((occurrence.0, number, EARLIER), |row| from_text(row, 0))?
    .collect()
}

/// A task's attempts, newest first.
pub(crate) fn of_task(conn: &Connection, task: TaskId, limit: u32) -> Result<Vec<Run>> {
    conn.prepare_cached("SELECT row FROM runs WHERE task_id = ?1 ORDER BY token DESC LIMIT ?2")?
        .query_map((task.0, limit), |row| from_text(row, 0))?
        .collect()
}

/// A task's attempts behind a token, the oldest first.
pub(crate) fn after(conn: &Connection, task: TaskId, after: u64, limit: u32) -> Result<Vec<Run>> {
    conn.prepare_cached(
        "SELECT row FROM runs WHERE task_id = ?1 AND token > ?2 ORDER BY token LIMIT ?3",
    )?
    .query_map((task.0, after, limit), |row| from_text(row, 0))?
    .collect()
}

/// Attempts that have not ended.
pub(crate) fn unended(conn: &Connection) -> Result<Vec<Run>> {
    conn.prepare_cached("SELECT row FROM runs WHERE ended_at IS NULL ORDER BY token")?
        .query_map([], |row| from_text(row, 0))?
        .collect()
}

/// What the watched files were like when a run of `task` last completed an occurrence.
pub(crate) fn last_fingerprint(conn: &Connection, task: TaskId) -> Result<Option<String>> {
    conn.prepare_cached(
        "SELECT r.row ->> '$.fingerprint' FROM runs r
         JOIN occurrences o ON o.id = r.occurrence_id
         WHERE r.task_id = ?1 AND o.state = 'completed' AND r.row ->> '$.fingerprint' IS NOT NULL
         ORDER BY r.token DESC LIMIT 1",
    )?
    .query_row([task.0], |row| row.get(0))
    .optional()
}

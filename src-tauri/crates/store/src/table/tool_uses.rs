//! `tool_uses`: what agents called.

use super::{from_text, to_text};
use aegis_domain::{OccurrenceId, RunId, TaskId, ToolUse};
use rusqlite::{Connection, Result, params};

pub(crate) fn insert(conn: &Connection, used: &ToolUse) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO tool_uses (at, tool, task_id, occurrence_id, run_id, session, success, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        used.at.timestamp_millis(),
        used.tool,
        used.task.map(|id| id.0),
        used.occurrence.map(|id| id.0),
        used.run.map(|id| id.0),
        used.session,
        used.success,
        to_text(used)?,
    ])?;
    Ok(())
}

/// A run's calls behind `after`, in order, with their numbers.
pub(crate) fn of_run(
    conn: &Connection,
    run: RunId,
    after: u64,
    limit: u32,
) -> Result<Vec<(u64, ToolUse)>> {
    conn.prepare_cached(
        "SELECT id, row FROM tool_uses WHERE run_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
    )?
    .query_map((run.0, after, limit), |row| Ok((row.get(0)?, from_text(row, 1)?)))?
    .collect()
}

/// How many calls of an occurrence did what they were called for, and how many of them could have
/// changed something, as [`aegis_domain::idle::Effort::counts`] says.
pub(crate) fn counted(conn: &Connection, occurrence: OccurrenceId) -> Result<(u32, u32)> {
    conn.prepare_cached(
        "SELECT coalesce(sum(success), 0),
                coalesce(sum(success AND row ->> '$.nature.reach' <> 'look'), 0)
         FROM tool_uses WHERE occurrence_id = ?1",
    )?
    .query_row([occurrence.0], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// A task's last calls, the newest first, with their numbers.
pub(crate) fn of_task(
    conn: &Connection,
    task: TaskId,
    before: u64,
    limit: u32,
) -> Result<Vec<(u64, ToolUse)>> {
    conn.prepare_cached(
        "SELECT id, row FROM tool_uses WHERE task_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
    )?
    .query_map((task.0, before, limit), |row| Ok((row.get(0)?, from_text(row, 1)?)))?
    .collect()
}

/// The last calls of all, the newest first, with their numbers.
pub(crate) fn newest(conn: &Connection, before: u64, limit: u32) -> Result<Vec<(u64, ToolUse)>> {
    conn.prepare_cached("SELECT id, row FROM tool_uses WHERE id < ?1 ORDER BY id DESC LIMIT ?2")?
        .query_map((before, limit), |row| Ok((row.get(0)?, from_text(row, 1)?)))?
        .collect()
}

//! Removing a deleted task for good, with everything of it.

use super::{Tidied, remove_occurrence};
use crate::table::tasks;
use aegis_domain::machine::Refused;
use aegis_domain::retention::may_purge;
use aegis_domain::{OccurrenceId, Task, TaskId, TaskNumber};
use rusqlite::{Connection, OptionalExtension, Result};

/// Rows of one step.
const STEP: u32 = 500;

/// Removes a part of the task; the last step removes the task itself.
pub(super) fn step(conn: &Connection, id: TaskId) -> Result<std::result::Result<Tidied, Refused>> {
    let Some(task) = tasks::get(conn, id)? else { return Ok(Ok(Tidied::default())) };
    if let Err(refused) = may_go(conn, &task)? {
        return Ok(Err(refused));
    }
    let more = |rows: usize| Ok(Ok(Tidied { rows: rows as u64, more: true }));
    let occurrences: Vec<OccurrenceId> = conn
        .prepare_cached("SELECT id FROM occurrences WHERE task_id = ?1 LIMIT ?2")?
        .query_map((id.0, STEP), |row| row.get(0).map(OccurrenceId))?
        .collect::<Result<_>>()?;
    for occurrence in &occurrences {
        remove_occurrence(conn, *occurrence)?;
    }
    if !occurrences.is_empty() {
        return more(occurrences.len());
    }
    for part in [
        "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE task_id = ?1 LIMIT ?2)",
        "DELETE FROM past_instants WHERE task_id = ?1 AND instant IN
             (SELECT instant FROM past_instants WHERE task_id = ?1 LIMIT ?2)",
        "DELETE FROM request_keys WHERE id IN
             (SELECT id FROM request_keys WHERE task_id = ?1 LIMIT ?2)",
        "DELETE FROM tool_uses WHERE id IN
             (SELECT id FROM tool_uses WHERE task_id = ?1 LIMIT ?2)",
        "DELETE FROM spending_by_task WHERE task_id = ?1 AND quarter IN
             (SELECT quarter FROM spending_by_task WHERE task_id = ?1 LIMIT ?2)",
    ] {
        let rows = conn.prepare_cached(part)?.execute((id.0, STEP))?;
        if rows == STEP as usize {
            return more(rows);
        }
    }
    for last in [
        "DELETE FROM unique_keys WHERE task_id = ?1",
        "DELETE FROM dependencies WHERE task_id = ?1",
        "DELETE FROM tasks WHERE id = ?1",
    ] {
        conn.prepare_cached(last)?.execute([id.0])?;
    }
    Ok(Ok(Tidied { rows: 1, more: false }))
}

/// Whether it may go for good.
pub(super) fn may_go(conn: &Connection, task: &Task) -> Result<std::result::Result<(), Refused>> {
    let live = conn
        .prepare_cached("SELECT 1 FROM occurrences WHERE task_id = ?1 AND terminal = 0 LIMIT 1")?
        .exists([task.id.0])?;
    let waits: Option<u64> = conn
        .prepare_cached(
            "SELECT t.number FROM dependencies d JOIN tasks t ON t.id = d.task_id
             WHERE d.on_task = ?1 AND d.task_id <> ?1 LIMIT 1",
        )?
        .query_row([task.id.0], |row| row.get(0))
        .optional()?;
    let part: Option<u64> = conn
        .prepare_cached("SELECT number FROM tasks WHERE parent = ?1 LIMIT 1")?
        .query_row([task.id.0], |row| row.get(0))
        .optional()?;
    Ok(may_purge(task, live, waits.or(part).map(TaskNumber)))
}

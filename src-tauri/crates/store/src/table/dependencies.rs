//! `dependencies`: who waits for whom, as the definitions say.

use aegis_domain::{Schedule, Task, TaskId};
use rusqlite::{Connection, Result};

/// Keeps the table with what `task` says.
pub(crate) fn put(conn: &Connection, task: &Task) -> Result<()> {
    conn.prepare_cached("DELETE FROM dependencies WHERE task_id = ?1")?.execute([task.id.0])?;
    let follows = task.definition.schedule == Schedule::After;
    let mut insert = conn.prepare_cached(
        "INSERT OR IGNORE INTO dependencies (task_id, on_task, follows) VALUES (?1, ?2, ?3)",
    )?;
    for on in task.definition.predecessors() {
        insert.execute((task.id.0, on.0, follows))?;
    }
    Ok(())
}

/// Whether any task depends on `task`.
pub(crate) fn any_on(conn: &Connection, task: TaskId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM dependencies WHERE on_task = ?1 LIMIT 1")?.exists([task.0])
}

/// Tasks that start whenever `task` has ended.
pub(crate) fn followers(conn: &Connection, task: TaskId) -> Result<Vec<TaskId>> {
    conn.prepare_cached("SELECT task_id FROM dependencies WHERE on_task = ?1 AND follows = 1")?
        .query_map([task.0], |row| row.get(0).map(TaskId))?
        .collect()
}

/// Tasks that depend on `task`.
pub(crate) fn dependents(conn: &Connection, task: TaskId, limit: u32) -> Result<Vec<TaskId>> {
    conn.prepare_cached("SELECT task_id FROM dependencies WHERE on_task = ?1 LIMIT ?2")?
        .query_map((task.0, limit), |row| row.get(0).map(TaskId))?
        .collect()
}

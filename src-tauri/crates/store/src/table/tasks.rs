//! `tasks`: definitions, and where each stands on the board.

use super::{from_text, to_text};
use aegis_domain::coarse::Column;
use aegis_domain::{ShortId, Task, TaskId, TaskNumber, TaskRef};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeSet;

pub(crate) fn put(conn: &Connection, task: &Task, column: Column) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO tasks (id, number, short_id, board, updated_at, deleted_at, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET
             board = excluded.board, updated_at = excluded.updated_at,
             deleted_at = excluded.deleted_at, row = excluded.row",
    )?
    .execute(params![
        task.id.0,
        task.number.0,
        task.short_id.as_str(),
        column.name(),
        task.updated_at.timestamp_millis(),
        task.deleted_at.map(|t| t.timestamp_millis()),
        to_text(task)?,
    ])?;
    Ok(())
}

/// Notes where a task stands on the board since `at`.
pub(crate) fn put_column(
    conn: &Connection,
    id: TaskId,
    column: Column,
    at: aegis_domain::Timestamp,
) -> Result<()> {
    conn.prepare_cached("UPDATE tasks SET board = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute((id.0, column.name(), at.timestamp_millis()))?;
    Ok(())
}

pub(crate) fn get(conn: &Connection, id: TaskId) -> Result<Option<Task>> {
    conn.prepare_cached("SELECT row FROM tasks WHERE id = ?1")?
        .query_row([id.0], |row| from_text(row, 0))
        .optional()
}

pub(crate) fn find(conn: &Connection, task: &TaskRef) -> Result<Option<Task>> {
    match task {
        TaskRef::Id(id) => get(conn, *id),
        TaskRef::Number(TaskNumber(number)) => conn
            .prepare_cached("SELECT row FROM tasks WHERE number = ?1")?
            .query_row([number], |row| from_text(row, 0))
            .optional(),
        TaskRef::Short(short) => conn
            .prepare_cached("SELECT row FROM tasks WHERE short_id = ?1")?
            .query_row([short.as_str()], |row| from_text(row, 0))
            .optional(),
    }
}

/// Of the short ids that `id` may take, those in use.
pub(crate) fn taken_short_ids(conn: &Connection, id: TaskId) -> Result<BTreeSet<String>> {
    let mut exists = conn.prepare_cached("SELECT 1 FROM tasks WHERE short_id = ?1")?;
    let mut taken = BTreeSet::new();
    for candidate in ShortId::candidates(id) {
        if !exists.exists([candidate.as_str()])? {
            break;
        }
        taken.insert(candidate.as_str().to_owned());
    }
    Ok(taken)
}

/// The tasks in a column that changed last, newest first.
pub(crate) fn on_board(conn: &Connection, column: Column, limit: u32) -> Result<Vec<Task>> {
    conn.prepare_cached(
        "SELECT row FROM tasks WHERE board = ?1 AND deleted_at IS NULL
         ORDER BY updated_at DESC LIMIT ?2",
    )?
    .query_map((column.name(), limit), |row| from_text(row, 0))?
    .collect()
}

pub(crate) fn count_on_board(conn: &Connection, column: Column) -> Result<u32> {
    conn.prepare_cached("SELECT count(*) FROM tasks WHERE board = ?1 AND deleted_at IS NULL")?
        .query_row([column.name()], |row| row.get(0))
}

/// Tasks with numbers below `before`, highest first.
pub(crate) fn page(
    conn: &Connection,
    column: Option<Column>,
    before: Option<TaskNumber>,
    limit: u32,
) -> Result<Vec<Task>> {
    let before = before.map_or(i64::MAX, |n| i64::try_from(n.0).unwrap_or(i64::MAX));
    conn.prepare_cached(
        "SELECT row FROM tasks
         WHERE number < ?1 AND deleted_at IS NULL AND (?2 IS NULL OR board = ?2)
         ORDER BY number DESC LIMIT ?3",
    )?
    .query_map((before, column.map(Column::name), limit), |row| from_text(row, 0))?
    .collect()
}

//! `tasks`: definitions, and where each stands on the board.

use super::{from_text, instant, to_text};
use aegis_domain::coarse::Column;
use aegis_domain::{RunId, ShortId, StateName, Task, TaskId, TaskNumber, TaskRef, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeSet;

pub(crate) fn put(conn: &Connection, task: &Task) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO tasks
             (id, number, short_id, slug, board, next_due, cursor, origin_run, updated_at,
              deleted_at, row)
         VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET
             slug = excluded.slug, next_due = excluded.next_due,
             cursor = excluded.cursor, updated_at = excluded.updated_at,
             deleted_at = excluded.deleted_at, row = excluded.row",
    )?
    .execute(params![
        task.id.0,
        task.number.0,
        task.short_id.as_str(),
        task.definition.slug.as_ref().map(aegis_domain::Slug::as_str),
        task.next_due.map(|t| t.timestamp_millis()),
        // Only schedules have instants to deal with.
        task.next_due.map(|_| task.cursor.timestamp_millis()),
        task.origin.map(|o| o.run.0),
        task.updated_at.timestamp_millis(),
        task.deleted_at.map(|t| t.timestamp_millis()),
        to_text(task)?,
    ])?;
    Ok(())
}

/// Tasks whose schedule has come due by `now`, or whose cursor lies in the future because the
/// clock was put back.
pub(crate) fn to_advance(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<TaskId>> {
    let now = now.timestamp_millis();
    let mut due: Vec<TaskId> = conn
        .prepare_cached("SELECT id FROM tasks WHERE next_due <= ?1 ORDER BY next_due LIMIT ?2")?
        .query_map((now, limit), |row| row.get(0).map(TaskId))?
        .collect::<Result<_>>()?;
    let ahead: Vec<TaskId> = conn
        .prepare_cached("SELECT id FROM tasks WHERE cursor > ?1 LIMIT ?2")?
        .query_map((now, limit), |row| row.get(0).map(TaskId))?
        .collect::<Result<_>>()?;
    due.extend(ahead);
    Ok(due)
}

/// When the next schedule comes due after `now`.
pub(crate) fn next_due(conn: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    conn.prepare_cached("SELECT next_due FROM tasks WHERE next_due > ?1 ORDER BY next_due LIMIT 1")?
        .query_row([now.timestamp_millis()], |row| instant(row, 0))
        .optional()
}

/// Tasks whose schedules come due next, the next first.
pub(crate) fn upcoming(conn: &Connection, limit: u32) -> Result<Vec<Task>> {
    conn.prepare_cached(
        "SELECT row FROM tasks WHERE next_due IS NOT NULL ORDER BY next_due, number LIMIT ?1",
    )?
    .query_map([limit], |row| from_text(row, 0))?
    .collect()
}

/// The task that has a slug.
pub(crate) fn with_slug(conn: &Connection, slug: &str) -> Result<Option<TaskId>> {
    conn.prepare_cached("SELECT id FROM tasks WHERE slug = ?1")?
        .query_row([slug], |row| row.get(0).map(TaskId))
        .optional()
}

/// How many tasks a run has made.
pub(crate) fn made_by(conn: &Connection, run: RunId) -> Result<u32> {
    conn.prepare_cached("SELECT count(*) FROM tasks WHERE origin_run = ?1")?
        .query_row([run.0], |row| row.get(0))
}

/// Notes what a task shows since `at`.
pub(crate) fn put_standing(
    conn: &Connection,
    id: TaskId,
    column: Column,
    state: Option<StateName>,
    at: Timestamp,
) -> Result<()> {
    conn.prepare_cached("UPDATE tasks SET board = ?2, state = ?3, updated_at = ?4 WHERE id = ?1")?
        .execute((id.0, column.name(), state.map(StateName::as_str), at.timestamp_millis()))?;
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
        TaskRef::Slug(slug) => conn
            .prepare_cached("SELECT row FROM tasks WHERE slug = ?1")?
            .query_row([slug.as_str()], |row| from_text(row, 0))
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

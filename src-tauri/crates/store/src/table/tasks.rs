//! `tasks`: definitions, and where each stands on the board.

use super::{from_text, instant, to_text};
use aegis_domain::coarse::Column;
use aegis_domain::fair::Lane;
use aegis_domain::{RunId, StateName, Task, TaskId, TaskNumber, TaskRef, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

/// What a task shows, and since when: a fold of its occurrences, kept with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Where it stands on the board.
    pub(crate) column: Column,
    /// `None`: it never ran.
    pub(crate) state: Option<StateName>,
    pub(crate) since: Timestamp,
}

/// Adds a task. Without a standing its row alone is there; that has to follow.
pub(crate) fn insert(conn: &Connection, task: &Task, standing: Option<&Standing>) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO tasks
             (number, id, short_id, slug, next_due, cursor, origin_run, deleted_at, row,
              board, state, updated_at, lane, priority, title, parent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    )?
    .execute(params![
        task.number.0,
        task.id.0,
        task.short_id.as_str(),
        slug(task),
        next_due_column(task),
        cursor_column(task),
        task.origin.map(|o| o.run.0),
        task.deleted_at.map(|t| t.timestamp_millis()),
        to_text(task)?,
        standing.map_or("", |s| s.column.name()),
        standing.and_then(|s| s.state).map(StateName::as_str),
        standing.map_or(task.updated_at, |s| s.since).timestamp_millis(),
        Lane::of(&task.definition).key(),
        task.definition.priority.get(),
        sorted_title(task),
        task.definition.parent.map(|parent| parent.0),
    ])?;
    Ok(())
}

/// Changes a task's row. Its number, its ids and where it came from never change.
pub(crate) fn update(conn: &Connection, task: &Task) -> Result<()> {
    conn.prepare_cached(
        "UPDATE tasks SET slug = ?2, next_due = ?3, cursor = ?4, deleted_at = ?5, row = ?6,
             lane = ?7, priority = ?8, title = ?9, parent = ?10
         WHERE number = ?1",
    )?
    .execute(params![
        task.number.0,
        slug(task),
        next_due_column(task),
        cursor_column(task),
        task.deleted_at.map(|t| t.timestamp_millis()),
        to_text(task)?,
        Lane::of(&task.definition).key(),
        task.definition.priority.get(),
        sorted_title(task),
        task.definition.parent.map(|parent| parent.0),
    ])?;
    Ok(())
}

/// As much of the title as lists are sorted by.
fn sorted_title(task: &Task) -> String {
    task.definition.title.as_str().chars().take(60).collect()
}

fn slug(task: &Task) -> Option<&str> {
    task.definition.slug.as_ref().map(aegis_domain::Slug::as_str)
}

fn next_due_column(task: &Task) -> Option<i64> {
    task.next_due.map(|t| t.timestamp_millis())
}

/// Only schedules have instants to deal with.
fn cursor_column(task: &Task) -> Option<i64> {
    task.next_due.map(|_| task.cursor.timestamp_millis())
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

/// Notes what a task shows.
pub(crate) fn put_standing(conn: &Connection, task: TaskNumber, standing: &Standing) -> Result<()> {
    conn.prepare_cached(
        "UPDATE tasks SET board = ?2, state = ?3, updated_at = ?4 WHERE number = ?1",
    )?
    .execute((
        task.0,
        standing.column.name(),
        standing.state.map(StateName::as_str),
        standing.since.timestamp_millis(),
    ))?;
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

/// Whether a task has this short id.
pub(crate) fn is_short_id_taken(conn: &Connection, short_id: &str) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM tasks WHERE short_id = ?1")?.exists([short_id])
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

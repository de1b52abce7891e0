//! What is there already, and what came with an import.

use crate::table::instant;
use aegis_domain::{TaskId, TaskNumber, Timestamp};
use rusqlite::{Connection, Result};
use uuid::Uuid;

/// Whether nobody has used the database yet.
pub(super) fn is_empty(conn: &Connection) -> Result<bool> {
    conn.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM tasks) AND NOT EXISTS (SELECT 1 FROM events)
            AND NOT EXISTS (SELECT 1 FROM resources) AND NOT EXISTS (SELECT 1 FROM facts)
            AND NOT EXISTS (SELECT 1 FROM templates) AND NOT EXISTS (SELECT 1 FROM rules)",
        [],
        |row| row.get(0),
    )
}

/// Sets up where the tasks of this import are noted.
pub(super) fn begin(conn: &Connection) -> Result<()> {
    conn.execute_batch(
        "CREATE TEMP TABLE added (id BLOB PRIMARY KEY, shown_since INTEGER NOT NULL)
             STRICT, WITHOUT ROWID",
    )
}

/// Takes that away again.
pub(super) fn end(conn: &Connection) -> Result<()> {
    conn.execute_batch("DROP TABLE temp.added")
}

pub(super) fn added(conn: &Connection, task: TaskId, shown_since: Timestamp) -> Result<()> {
    conn.prepare_cached("INSERT INTO temp.added (id, shown_since) VALUES (?1, ?2)")?
        .execute((task.0, shown_since.timestamp_millis()))?;
    Ok(())
}

pub(super) fn is_added(conn: &Connection, task: TaskId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM temp.added WHERE id = ?1")?.exists([task.0])
}

/// Every task of this import, with since when it shows what it shows.
pub(super) fn each_added(
    conn: &Connection,
    each: impl Fn(TaskId, Timestamp) -> Result<()>,
) -> Result<()> {
    let mut statement = conn.prepare("SELECT id, shown_since FROM temp.added")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(TaskId(row.get(0)?), instant(row, 1)?)?;
    }
    Ok(())
}

/// Whether a task has this number.
pub(super) fn is_taken(conn: &Connection, number: TaskNumber) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM tasks WHERE number = ?1")?.exists([number.0])
}

/// Whether a row of `table`, which is never from outside, has this id.
pub(super) fn is_there(conn: &Connection, table: &str, id: Uuid) -> Result<bool> {
    conn.prepare_cached(&format!("SELECT 1 FROM {table} WHERE id = ?1"))?.exists([id])
}

/// Whether a row of `table`, which is never from outside, has this name.
pub(super) fn is_named(conn: &Connection, table: &str, name: &str) -> Result<bool> {
    conn.prepare_cached(&format!("SELECT 1 FROM {table} WHERE name = ?1"))?.exists([name])
}

/// A row that names another one that is nowhere: its table, and the table of that one.
pub(super) fn dangling(conn: &Connection) -> Result<Option<(String, String)>> {
    let mut statement = conn.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    rows.next()?.map(|row| Ok((row.get(0)?, row.get(2)?))).transpose()
}

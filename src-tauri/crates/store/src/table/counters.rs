//! `counters`: numbers that only grow.

use rusqlite::{Connection, Result};

/// The last number given of the counter `name`.
fn last(conn: &Connection, name: &str) -> Result<u64> {
    conn.prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
}

fn set(conn: &Connection, name: &str, value: u64) -> Result<()> {
    conn.prepare_cached("UPDATE counters SET value = ?2 WHERE name = ?1 AND value < ?2")?
        .execute((name, value))?;
    Ok(())
}

pub(crate) fn next_task_number(conn: &Connection) -> Result<u64> {
    Ok(last(conn, "task_number")? + 1)
}

pub(crate) fn task_number_given(conn: &Connection, number: u64) -> Result<()> {
    set(conn, "task_number", number)
}

pub(crate) fn next_token(conn: &Connection) -> Result<u64> {
    Ok(last(conn, "fencing_token")? + 1)
}

pub(crate) fn token_given(conn: &Connection, token: u64) -> Result<()> {
    set(conn, "fencing_token", token)
}

/// Counts the engines that have ever worked with this database.
pub(crate) fn next_epoch(conn: &Connection) -> Result<u64> {
    let epoch = last(conn, "epoch")? + 1;
    set(conn, "epoch", epoch)?;
    Ok(epoch)
}

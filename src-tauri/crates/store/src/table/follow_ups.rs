//! `follow_ups`: commands that follow from committed ones and wait for their turn.

use super::{from_text, to_text};
use aegis_domain::machine::Command;
use rusqlite::{Connection, Result};

pub(crate) fn put(conn: &Connection, command: &Command) -> Result<()> {
    conn.prepare_cached("INSERT INTO follow_ups (command) VALUES (?1)")?
        .execute([to_text(command)?])?;
    Ok(())
}

/// The oldest ones, with their numbers.
pub(crate) fn first(conn: &Connection, limit: u32) -> Result<Vec<(i64, Command)>> {
    conn.prepare_cached("SELECT id, command FROM follow_ups ORDER BY id LIMIT ?1")?
        .query_map([limit], |row| Ok((row.get(0)?, from_text(row, 1)?)))?
        .collect()
}

pub(crate) fn done(conn: &Connection, id: i64) -> Result<()> {
    conn.prepare_cached("DELETE FROM follow_ups WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Whether any waits.
pub(crate) fn any(conn: &Connection) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM follow_ups LIMIT 1")?.exists([])
}

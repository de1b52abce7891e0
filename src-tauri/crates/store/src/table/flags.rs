//! `flags`: switches that survive a restart.

use rusqlite::{Connection, OptionalExtension, Result};

/// Whether new work is held back.
pub(crate) fn paused(conn: &Connection) -> Result<bool> {
    let value: Option<bool> = conn
        .prepare_cached("SELECT value FROM flags WHERE name = 'paused'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(value.unwrap_or(false))
}

pub(crate) fn set_paused(conn: &Connection, paused: bool) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO flags (name, value) VALUES ('paused', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute([paused])?;
    Ok(())
}

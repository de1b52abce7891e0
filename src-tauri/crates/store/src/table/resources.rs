//! `resources`: how much there is of what tasks share.

use rusqlite::{Connection, OptionalExtension, Result};

pub(crate) fn put(conn: &Connection, name: &str, capacity: Option<u32>) -> Result<()> {
    match capacity {
        Some(capacity) => conn
            .prepare_cached(
                "INSERT INTO resources (name, capacity) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET capacity = excluded.capacity",
            )?
            .execute((name, capacity))?,
        None => conn.prepare_cached("DELETE FROM resources WHERE name = ?1")?.execute([name])?,
    };
    Ok(())
}

/// How much there is, if somebody has said.
pub(crate) fn capacity(conn: &Connection, name: &str) -> Result<Option<u32>> {
    conn.prepare_cached("SELECT capacity FROM resources WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Every one that was described, by name.
pub(crate) fn all(conn: &Connection) -> Result<Vec<(String, u32)>> {
    conn.prepare_cached("SELECT name, capacity FROM resources ORDER BY name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

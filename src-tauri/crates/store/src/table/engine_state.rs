//! `engine_state`: what the engine keeps of itself over a restart.

use super::from_text;
use rusqlite::{Connection, OptionalExtension, Result};
use serde::de::DeserializeOwned;

/// What is held back.
pub(crate) const HOLDS: &str = "holds";

/// Keeps JSON under a name.
pub(crate) fn put(conn: &Connection, name: &str, json: &str) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO engine_state (name, row) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET row = excluded.row",
    )?
    .execute((name, json))?;
    Ok(())
}

pub(crate) fn get<T: DeserializeOwned>(conn: &Connection, name: &str) -> Result<Option<T>> {
    conn.prepare_cached("SELECT row FROM engine_state WHERE name = ?1")?
        .query_row([name], |row| from_text(row, 0))
        .optional()
}

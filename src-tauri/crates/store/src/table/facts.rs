//! `facts`: what was told from outside, for conditions.

use super::{from_text, instant, to_text};
use aegis_domain::Timestamp;
use rusqlite::{Connection, Result};
use serde_json::Value;

/// Something that was told.
#[derive(Debug, Clone, PartialEq)]
pub struct FactRow {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Since when.
    pub updated_at: Timestamp,
}

pub(crate) fn put(
    conn: &Connection,
    name: &str,
    value: Option<&Value>,
    now: Timestamp,
) -> Result<()> {
    match value {
        Some(value) => conn
            .prepare_cached(
                "INSERT INTO facts (name, value, updated_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET
                     value = excluded.value, updated_at = excluded.updated_at",
            )?
            .execute((name, to_text(value)?, now.timestamp_millis()))?,
        None => conn.prepare_cached("DELETE FROM facts WHERE name = ?1")?.execute([name])?,
    };
    Ok(())
}

/// Every one, by name.
pub(crate) fn all(conn: &Connection) -> Result<Vec<FactRow>> {
    conn.prepare_cached("SELECT name, value, updated_at FROM facts ORDER BY name")?
        .query_map([], |row| {
            Ok(FactRow {
                name: row.get(0)?,
                value: from_text(row, 1)?,
                updated_at: instant(row, 2)?,
            })
        })?
        .collect()
}

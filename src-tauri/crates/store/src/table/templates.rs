//! `templates`: tasks to be filled in.

use super::{from_text, to_text};
use aegis_domain::template::Template;
use rusqlite::{Connection, OptionalExtension, Result};

pub(crate) fn put(conn: &Connection, name: &str, template: Option<&Template>) -> Result<()> {
    match template {
        Some(template) => conn
            .prepare_cached(
                "INSERT INTO templates (name, row) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET row = excluded.row",
            )?
            .execute((name, to_text(template)?))?,
        None => conn.prepare_cached("DELETE FROM templates WHERE name = ?1")?.execute([name])?,
    };
    Ok(())
}

pub(crate) fn get(conn: &Connection, name: &str) -> Result<Option<Template>> {
    conn.prepare_cached("SELECT row FROM templates WHERE name = ?1")?
        .query_row([name], |row| from_text(row, 0))
        .optional()
}

/// Every one, by name.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Template>> {
    conn.prepare_cached("SELECT row FROM templates ORDER BY name")?
        .query_map([], |row| from_text(row, 0))?
        .collect()
}

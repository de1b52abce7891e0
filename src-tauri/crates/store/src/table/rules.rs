//! `rules`: what people decided about tool calls to come.

use super::{from_text, to_text};
use aegis_domain::policy::{Rule, RuleId};
use rusqlite::{Connection, Result};

pub(crate) fn put(conn: &Connection, id: RuleId, rule: Option<&Rule>) -> Result<()> {
    match rule {
        Some(rule) => conn
            .prepare_cached(
                "INSERT INTO rules (id, row) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET row = excluded.row",
            )?
            .execute((id.0, to_text(rule)?))?,
        None => conn.prepare_cached("DELETE FROM rules WHERE id = ?1")?.execute([id.0])?,
    };
    Ok(())
}

pub(crate) fn exists(conn: &Connection, id: RuleId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM rules WHERE id = ?1")?.exists([id.0])
}

pub(crate) fn count(conn: &Connection) -> Result<usize> {
    conn.prepare_cached("SELECT count(*) FROM rules")?.query_row([], |row| row.get(0))
}

/// Every one, the oldest first.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Rule>> {
    conn.prepare_cached("SELECT row FROM rules ORDER BY id")?
        .query_map([], |row| from_text(row, 0))?
        .collect()
}

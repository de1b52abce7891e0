//! `sweeps`: the last clean-up.

use super::instant;
use aegis_domain::retention::Swept;
use rusqlite::{Connection, OptionalExtension, Result};

pub(crate) fn put(conn: &Connection, swept: Swept) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO sweeps (id, at, as_of) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET at = excluded.at, as_of = excluded.as_of",
    )?
    .execute((swept.at.timestamp_millis(), swept.as_of.timestamp_millis()))?;
    Ok(())
}

pub(crate) fn last(conn: &Connection) -> Result<Option<Swept>> {
    conn.prepare_cached("SELECT at, as_of FROM sweeps WHERE id = 1")?
        .query_row([], |row| Ok(Swept { at: instant(row, 0)?, as_of: instant(row, 1)? }))
        .optional()
}

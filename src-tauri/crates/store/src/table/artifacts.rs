//! What the rows of runs say of files that they left behind.

use aegis_domain::RunId;
use rusqlite::{Connection, Result};
use std::collections::HashSet;

/// SHA-256 of every content of which some run says that there is a copy, those that `without` names
/// left out. Looks at every run.
pub(crate) fn in_use(conn: &Connection, without: &HashSet<RunId>) -> Result<HashSet<String>> {
    let mut named = HashSet::new();
    let mut look = conn.prepare_cached(
        "SELECT runs.id, file.value ->> '$.kept.sha256'
         FROM runs, json_each(runs.row, '$.artifacts') AS file
         WHERE file.value ->> '$.kept.sha256' IS NOT NULL",
    )?;
    let mut rows = look.query([])?;
    while let Some(row) = rows.next()? {
        if !without.contains(&RunId(row.get(0)?)) {
            named.insert(row.get(1)?);
        }
    }
    Ok(named)
}

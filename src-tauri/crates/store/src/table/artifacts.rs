//! What the rows of runs say of files that they left behind.

use rusqlite::{Connection, Result};
use std::collections::HashSet;

/// SHA-256 of every content of which some run says that there is a copy. Looks at every run.
pub(crate) fn in_use(conn: &Connection) -> Result<HashSet<String>> {
    conn.prepare_cached(
        "SELECT DISTINCT file.value ->> '$.kept.sha256'
         FROM runs, json_each(runs.row, '$.artifacts') AS file
         WHERE file.value ->> '$.kept.sha256' IS NOT NULL",
    )?
    .query_map([], |row| row.get(0))?
    .collect()
}

//! Looking at a database without changing it, for whoever wants to know whether it is well.

use crate::backup::{BackupError, Contents, verify};
use crate::open::{database, for_reading};
use crate::table::sweeps;
use aegis_domain::retention::Swept;
use aegis_domain::{RunId, Timestamp};
use rusqlite::OptionalExtension;
use std::collections::HashMap;
use std::path::Path;

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// How much it holds.
    pub contents: Contents,
    /// Every run, with the bytes that its log should have; `None`: it has not ended.
    pub runs: HashMap<RunId, Option<u64>>,
    /// When the newest event happened.
    pub newest_event: Option<Timestamp>,
    /// The last time that what is old was removed.
    pub last_sweep: Option<Swept>,
}

/// Checks the database in `dir` whole, and reads what else has to agree with it.
///
/// # Errors
/// [`BackupError`]: not there, damaged, of another program, or of a newer Aegis.
pub fn inspect(dir: &Path) -> Result<Inspection, BackupError> {
    let path = database(dir);
    let contents = verify(&path)?;
    let failed = |detail: String| BackupError::Other { path: path.clone(), detail };
    let conn = for_reading(dir).map_err(|e| failed(e.to_string()))?;
    let read = || {
        let mut runs = HashMap::new();
        let mut all = conn.prepare(
            "SELECT id, ended_at, row ->> '$.end.log_len',
                 ifnull(row ->> '$.end.log_removed', 0) FROM runs",
        )?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let ended = row.get::<_, Option<i64>>(1)?.is_some();
            let removed: bool = row.get(3)?;
            let len = row.get::<_, Option<u64>>(2)?.filter(|_| !removed).unwrap_or(0);
            runs.insert(RunId(row.get(0)?), ended.then_some(len));
        }
        let newest: Option<i64> = conn
            .query_row("SELECT at FROM events ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        // A database of an earlier form has no such table.
        let last_sweep = sweeps::last(&conn).ok().flatten();
        Ok((runs, newest.and_then(Timestamp::from_timestamp_millis), last_sweep))
    };
    let (runs, newest_event, last_sweep) =
        read().map_err(|e: rusqlite::Error| failed(e.to_string()))?;
    Ok(Inspection { contents, runs, newest_event, last_sweep })
}

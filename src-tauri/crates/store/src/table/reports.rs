//! Events of which only the last of each run stays: progress and usage.

use aegis_domain::{EventKind, EventSeq, NewEvent};
use rusqlite::{Connection, Result};

/// Removes those that `event`, which has just got the number `seq`, takes the place of.
pub(crate) fn compact(conn: &Connection, seq: EventSeq, event: &NewEvent) -> Result<()> {
    if !matches!(event.kind, EventKind::Progressed { .. } | EventKind::UsageReported { .. }) {
        return Ok(());
    }
    // The kinds stand here as well: the index has no others.
    conn.prepare_cached(
        "DELETE FROM events
         WHERE task_id = ?1 AND kind = ?2 AND kind IN ('progressed', 'usage_reported')
           AND seq < ?3 AND row ->> '$.run' = ?4",
    )?
    .execute((
        event.task.0,
        event.kind.name(),
        seq.0,
        event.run.map(|run| run.to_string()),
    ))?;
    Ok(())
}

//! Events of which only the last of each run stays: progress and usage.

use super::events::report;
use aegis_domain::Event;
use rusqlite::{Connection, Result};

/// Removes those that `event`, which has just been put into its place, takes the place of.
pub(crate) fn compact(conn: &Connection, event: &Event) -> Result<()> {
    let Some(report) = report(&event.what.kind) else { return Ok(()) };
    conn.prepare_cached(
        "DELETE FROM events
         WHERE task_id = ?1 AND report = ?2 AND report IS NOT NULL AND seq < ?3
           AND row ->> '$.events[0].run' = ?4",
    )?
    .execute((
        event.what.task.0,
        report,
        event.seq.0,
        event.what.run.map(|run| run.to_string()),
    ))?;
    Ok(())
}

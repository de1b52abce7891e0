//! `samples`: what happened in minutes and hours.

use super::{from_text, instant, to_text};
use aegis_domain::Timestamp;
use aegis_domain::metrics::Sample;
use rusqlite::{Connection, OptionalExtension, Result};

/// A minute, in seconds; kept for two days.
const MINUTE: (i64, i64) = (60, 2 * 24 * 3600);
/// An hour, in seconds; kept for a little more than the longest window.
const HOUR: (i64, i64) = (3600, 367 * 24 * 3600);

/// Takes a sample into the minute and the hour in which it was begun, and lets old ones go.
pub(crate) fn add(conn: &Connection, at: Timestamp, sample: &Sample) -> Result<()> {
    for (span, kept) in [MINUTE, HOUR] {
        let from = at.timestamp().div_euclid(span) * span * 1000;
        let there: Option<Sample> = conn
            .prepare_cached("SELECT row FROM samples WHERE span = ?1 AND at = ?2")?
            .query_row((span, from), |row| from_text(row, 0))
            .optional()?;
        let mut whole = there.unwrap_or_default();
        whole.merge(sample);
        conn.prepare_cached(
            "INSERT INTO samples (span, at, row) VALUES (?1, ?2, ?3)
             ON CONFLICT (span, at) DO UPDATE SET row = excluded.row",
        )?
        .execute((span, from, to_text(&whole)?))?;
        conn.prepare_cached("DELETE FROM samples WHERE span = ?1 AND at < ?2")?
            .execute((span, at.timestamp_millis() - kept * 1000))?;
    }
    Ok(())
}

/// The samples that begin in a time: minutes where there still are some, else hours.
pub(crate) fn between(
    conn: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(Timestamp, Sample)>> {
    let (span, kept) = MINUTE;
    let span = if (to - from).num_seconds() < kept { span } else { HOUR.0 };
    // A sample belongs to the window in which the most of it lies.
    let half = span * 1000 / 2;
    conn.prepare_cached(
        "SELECT at, row FROM samples WHERE span = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
    )?
    .query_map((span, from.timestamp_millis() - half, to.timestamp_millis()), |row| {
        Ok((instant(row, 0)?, from_text(row, 1)?))
    })?
    .collect()
}

//! `sessions`: when an engine was ready.

use super::instant;
use aegis_domain::Timestamp;
use aegis_domain::metrics::Session;
use rusqlite::{Connection, Result};

/// Sessions that are kept.
const KEPT: u32 = 10_000;

/// An engine is ready. One before it that has no end has crashed: it was there at least until the
/// last thing that it wrote down.
pub(crate) fn begin(conn: &Connection, epoch: u64, at: Timestamp) -> Result<()> {
    conn.execute(
        "UPDATE sessions SET ended_at = max(ready_at, min(?1, coalesce((
             SELECT max(at) FROM (
                 SELECT at FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 1)
                 UNION ALL SELECT max(at) FROM samples WHERE span = 60
             )), ready_at)))
         WHERE ended_at IS NULL",
        [at.timestamp_millis()],
    )?;
    conn.execute(
        "INSERT OR REPLACE INTO sessions (epoch, ready_at) VALUES (?1, ?2)",
        (epoch, at.timestamp_millis()),
    )?;
    conn.execute(
        "DELETE FROM sessions WHERE epoch NOT IN
             (SELECT epoch FROM sessions ORDER BY epoch DESC LIMIT ?1)",
        [KEPT],
    )?;
    Ok(())
}

/// The engine ends as it should.
pub(crate) fn end(conn: &Connection, epoch: u64, at: Timestamp) -> Result<()> {
    conn.execute(
        "UPDATE sessions SET ended_at = max(ready_at, ?2), clean = 1 WHERE epoch = ?1",
        (epoch, at.timestamp_millis()),
    )?;
    Ok(())
}

/// Those that had not ended before `from`, oldest first, with the last one before them: what comes
/// after it may be time at which there should have been one.
pub(crate) fn since(conn: &Connection, from: Timestamp) -> Result<Vec<Session>> {
    let mut sessions: Vec<Session> = conn
        .prepare_cached(
            "SELECT ready_at, ended_at, clean FROM sessions WHERE epoch >= coalesce((
                 SELECT max(epoch) FROM sessions WHERE ended_at < ?1
             ), 0) ORDER BY epoch",
        )?
        .query_map([from.timestamp_millis()], |row| {
            let to = row.get::<_, Option<i64>>(1)?.map(|_| instant(row, 1)).transpose()?;
            Ok(Session { from: instant(row, 0)?, to, clean: row.get(2)? })
        })?
        .collect::<Result<_>>()?;
    sessions.sort_by_key(|session| session.from);
    Ok(sessions)
}

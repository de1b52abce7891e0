//! `outbox`: what is to be sent outside, at least once.

use super::{from_text, to_text};
use aegis_domain::Timestamp;
use aegis_domain::machine::{Message, Outgoing};
use rusqlite::{Connection, Result};

/// A message that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number.
    pub id: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// What is to be sent.
    pub message: Message,
}

/// Puts a message in. One with a key that was there before changes nothing.
pub(crate) fn put(conn: &Connection, outgoing: &Outgoing, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO outbox (key, created_at, not_before, message) VALUES (?1, ?2, ?2, ?3)
         ON CONFLICT (key) DO NOTHING",
    )?
    .execute((&outgoing.key, now.timestamp_millis(), to_text(&outgoing.message)?))?;
    Ok(())
}

/// Messages that may be sent at `now`, oldest first.
pub(crate) fn unsent(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>> {
    conn.prepare_cached(
        "SELECT id, attempts, message FROM outbox
         WHERE sent_at IS NULL AND not_before <= ?1 ORDER BY not_before, id LIMIT ?2",
    )?
    .query_map((now.timestamp_millis(), limit), |row| {
        Ok(OutboxRow { id: row.get(0)?, attempts: row.get(1)?, message: from_text(row, 2)? })
    })?
    .collect()
}

pub(crate) fn sent(conn: &Connection, id: i64, now: Timestamp) -> Result<()> {
    conn.prepare_cached("UPDATE outbox SET sent_at = ?2 WHERE id = ?1")?
        .execute((id, now.timestamp_millis()))?;
    Ok(())
}

//! `events`: what happened, append-only.

use super::{from_text, to_text};
use aegis_domain::{Event, EventSeq, TaskId};
use rusqlite::{Connection, Result, Row};

/// Puts one in its place in the sequence, which has to be free.
pub(crate) fn insert(conn: &Connection, event: &Event) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO events (seq, at, task_id, kind, row) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        event.seq.0,
        event.what.at.timestamp_millis(),
        event.what.task.0,
        event.what.kind.name(),
        to_text(&event.what)?,
    ))?;
    Ok(())
}

/// The last number that was given; 0 when there was no event yet.
pub(crate) fn last_seq(conn: &Connection) -> Result<EventSeq> {
    conn.prepare_cached("SELECT value FROM counters WHERE name = 'event_seq'")?
        .query_row([], |row| row.get(0).map(EventSeq))
}

/// Those after `after`, oldest first.
pub(crate) fn after(conn: &Connection, after: EventSeq, limit: u32) -> Result<Vec<Event>> {
    conn.prepare_cached("SELECT seq, row FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2")?
        .query_map((clamp(after), limit), read)?
        .collect()
}

/// Those before `before`, newest first; only of `task` if one is named.
pub(crate) fn before(
    conn: &Connection,
    task: Option<TaskId>,
    before: Option<EventSeq>,
    limit: u32,
) -> Result<Vec<Event>> {
    let before = before.map_or(i64::MAX, clamp);
    match task {
        Some(task) => conn
            .prepare_cached(
                "SELECT seq, row FROM events WHERE task_id = ?1 AND seq < ?2
                 ORDER BY seq DESC LIMIT ?3",
            )?
            .query_map((task.0, before, limit), read)?
            .collect(),
        None => conn
            .prepare_cached(
                "SELECT seq, row FROM events WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
            )?
            .query_map((before, limit), read)?
            .collect(),
    }
}

fn read(row: &Row<'_>) -> Result<Event> {
    Ok(Event { seq: EventSeq(row.get(0)?), what: from_text(row, 1)? })
}

fn clamp(seq: EventSeq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

//! `events`: what happened, append-only.

use super::{from_text, reports, to_text};
use aegis_domain::{Event, EventSeq, NewEvent, TaskId};
use rusqlite::{Connection, Result, Row};

pub(crate) fn append(conn: &Connection, event: NewEvent) -> Result<Event> {
    conn.prepare_cached("INSERT INTO events (at, task_id, kind, row) VALUES (?1, ?2, ?3, ?4)")?
        .execute((
            event.at.timestamp_millis(),
            event.task.0,
            event.kind.name(),
            to_text(&event)?,
        ))?;
    let seq = u64::try_from(conn.last_insert_rowid()).unwrap_or_default();
    reports::compact(conn, seq, &event)?;
    Ok(Event { seq: EventSeq(seq), what: event })
}

/// Puts one in its place in the sequence, which has to be free.
pub(crate) fn put(conn: &Connection, event: &Event) -> Result<()> {
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

/// The newest one's number; 0 when there is none.
pub(crate) fn last_seq(conn: &Connection) -> Result<EventSeq> {
    conn.prepare_cached("SELECT ifnull(max(seq), 0) FROM events")?
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

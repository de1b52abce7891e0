//! `events`: what happened, append-only. What one command did to a task is one row.

use super::{from_text, to_text};
use aegis_domain::{
    Actor, Event, EventKind, EventSeq, NewEvent, OccurrenceId, RunId, TaskId, Timestamp,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, Row, params_from_iter};
use serde::{Deserialize, Serialize};

/// Most events of a row: whoever wants a few reads few.
const MOST: usize = 32;

/// A row's truth: events of one task and one moment that follow one another in the sequence. The
/// row's key is the place of the last of them.
#[derive(Debug, Serialize, Deserialize)]
struct Entry<A, E> {
    at: Timestamp,
    actor: A,
    events: E,
}

/// One of them.
#[derive(Debug, Serialize, Deserialize)]
struct Happened<A, K> {
    /// By whom, when it was not who did the first of them.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    actor: Option<A>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    occurrence: Option<OccurrenceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<RunId>,
    kind: K,
}

/// Puts events in their places in the sequence, which have to be free. Of those that are taken
/// together as one row, the first comes first.
pub(crate) fn insert(conn: &Connection, events: &[Event]) -> Result<()> {
    for together in events.chunk_by(belong_together).flat_map(|some| some.chunks(MOST)) {
        insert_row(conn, together)?;
    }
    Ok(())
}

/// Reports are removed one by one.
fn belong_together(one: &Event, next: &Event) -> bool {
    let follows = one.seq.0 + 1 == next.seq.0;
    let same = (one.what.task, one.what.at) == (next.what.task, next.what.at);
    follows && same && report(&one.what.kind).is_none() && report(&next.what.kind).is_none()
}

/// The name of a kind of which only the last event of each run stays.
pub(super) fn report(kind: &EventKind) -> Option<&'static str> {
    matches!(kind, EventKind::Progressed { .. } | EventKind::UsageReported { .. })
        .then(|| kind.name())
}

fn insert_row(conn: &Connection, events: &[Event]) -> Result<()> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    let NewEvent { at, actor, task, .. } = &first.what;
    let entry = Entry {
        at: *at,
        actor,
        events: events
            .iter()
            .map(|event| Happened {
                actor: Some(&event.what.actor).filter(|by| *by != actor),
                occurrence: event.what.occurrence,
                run: event.what.run,
                kind: &event.what.kind,
            })
            .collect::<Vec<_>>(),
    };
    conn.prepare_cached(
        "INSERT INTO events (seq, count, at, task_id, report, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        last.seq.0,
        events.len(),
        at.timestamp_millis(),
        task.0,
        report(&first.what.kind),
        to_text(&entry)?,
    ))?;
    Ok(())
}

/// The events of a row that was read as `seq, task_id, row`, in order.
pub(crate) fn of_row(row: &Row<'_>) -> Result<Vec<Event>> {
    let (last, task): (u64, _) = (row.get(0)?, TaskId(row.get(1)?));
    let entry: Entry<Actor, Vec<Happened<Actor, EventKind>>> = from_text(row, 2)?;
    let first = (last + 1).saturating_sub(entry.events.len() as u64);
    let events = (first..).zip(entry.events).map(|(seq, happened)| {
        let Happened { actor, occurrence, run, kind } = happened;
        let actor = actor.unwrap_or_else(|| entry.actor.clone());
        Event {
            seq: EventSeq(seq),
            what: NewEvent { at: entry.at, actor, task, occurrence, run, kind },
        }
    });
    Ok(events.collect())
}

/// The last number that was given; 0 when there was no event yet.
pub(crate) fn last_seq(conn: &Connection) -> Result<EventSeq> {
    conn.prepare_cached("SELECT value FROM counters WHERE name = 'event_seq'")?
        .query_row([], |row| row.get(0).map(EventSeq))
}

/// How many there are.
pub(crate) fn count(conn: &Connection) -> Result<u64> {
    conn.prepare_cached("SELECT ifnull(sum(count), 0) FROM events")?.query_row([], |row| row.get(0))
}

/// Those after `after`, oldest first.
pub(crate) fn after(conn: &Connection, after: EventSeq, limit: u32) -> Result<Vec<Event>> {
    let mut found = Vec::new();
    let mut all =
        conn.prepare_cached("SELECT seq, task_id, row FROM events WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = all.query([clamp(after)])?;
    while found.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        found.extend(of_row(row)?.into_iter().filter(|event| event.seq > after));
    }
    found.truncate(limit as usize);
    Ok(found)
}

/// Those before `before`, newest first; only of `task` if one is named.
pub(crate) fn before(
    conn: &Connection,
    task: Option<TaskId>,
    before: Option<EventSeq>,
    limit: u32,
) -> Result<Vec<Event>> {
    let end = before.map_or(i64::MAX, clamp);
    // A row that ends behind that place may begin before it.
    let (across, wholly_before) = match task {
        Some(_) => (
            "SELECT seq, task_id, row FROM events WHERE seq >= ?1 AND task_id = ?2
             ORDER BY seq LIMIT 1",
            "SELECT seq, task_id, row FROM events WHERE seq < ?1 AND task_id = ?2
             ORDER BY seq DESC",
        ),
        None => (
            "SELECT seq, task_id, row FROM events WHERE seq >= ?1 ORDER BY seq LIMIT 1",
            "SELECT seq, task_id, row FROM events WHERE seq < ?1 ORDER BY seq DESC",
        ),
    };
    let place =
        [Value::from(end)].into_iter().chain(task.map(|task| task.0.into_bytes().to_vec().into()));
    let place: Vec<Value> = place.collect();
    let place = || params_from_iter(&place);
    let straddles = conn.prepare_cached(across)?.query_row(place(), of_row).optional()?;
    let mut found = straddles.unwrap_or_default();
    found.retain(|event| before.is_none_or(|before| event.seq < before));
    found.reverse();
    let mut all = conn.prepare_cached(wholly_before)?;
    let mut rows = all.query(place())?;
    while found.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        found.extend(of_row(row)?.into_iter().rev());
    }
    found.truncate(limit as usize);
    Ok(found)
}

fn clamp(seq: EventSeq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

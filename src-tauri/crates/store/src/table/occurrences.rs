//! `occurrences`: the machine's subjects.

use super::{from_text, to_text};
use aegis_domain::{Occurrence, OccurrenceId, State, TaskId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, params};

pub(crate) fn put(conn: &Connection, occurrence: &Occurrence) -> Result<()> {
    let (not_before, sort_key) = match &occurrence.state {
        State::Queued { not_before, sort_key, .. } => {
            (Some(not_before.timestamp_millis()), Some(sort_key.0))
        }
        _ => (None, None),
    };
    conn.prepare_cached(
        "INSERT INTO occurrences
             (id, task_id, cause, key, state, terminal, not_before, sort_key, live_run,
              updated_at, row)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET
             state = excluded.state, terminal = excluded.terminal,
             not_before = excluded.not_before, sort_key = excluded.sort_key,
             live_run = excluded.live_run, updated_at = excluded.updated_at, row = excluded.row",
    )?
    .execute(params![
        occurrence.id.0,
        occurrence.task.0,
        occurrence.cause.name(),
        occurrence.key.0,
        occurrence.state.name().as_str(),
        occurrence.state.is_terminal(),
        not_before,
        sort_key,
        occurrence.state.live_run().map(|r| r.0),
        occurrence.updated_at.timestamp_millis(),
        to_text(occurrence)?,
    ])?;
    Ok(())
}

pub(crate) fn get(conn: &Connection, id: OccurrenceId) -> Result<Option<Occurrence>> {
    conn.prepare_cached("SELECT row FROM occurrences WHERE id = ?1")?
        .query_row([id.0], |row| from_text(row, 0))
        .optional()
}

/// A task's live occurrences, and its last terminal one that was not skipped.
pub(crate) fn live_and_last(conn: &Connection, task: TaskId) -> Result<Vec<Occurrence>> {
    let mut all: Vec<Occurrence> = conn
        .prepare_cached("SELECT row FROM occurrences WHERE task_id = ?1 AND terminal = 0")?
        .query_map([task.0], |row| from_text(row, 0))?
        .collect::<Result<_>>()?;
    let last = conn
        .prepare_cached(
            "SELECT row FROM occurrences
             WHERE task_id = ?1 AND terminal = 1 AND state <> 'skipped'
             ORDER BY updated_at DESC LIMIT 1",
        )?
        .query_row([task.0], |row| from_text(row, 0))
        .optional()?;
    all.extend(last);
    Ok(all)
}

/// A task's occurrences, those that changed last first.
pub(crate) fn of_task(conn: &Connection, task: TaskId, limit: u32) -> Result<Vec<Occurrence>> {
    conn.prepare_cached(
        "SELECT row FROM occurrences WHERE task_id = ?1
         ORDER BY terminal, updated_at DESC LIMIT ?2",
    )?
    .query_map((task.0, limit), |row| from_text(row, 0))?
    .collect()
}

/// What may start at `now`, in the order in which it should.
pub(crate) fn ready(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<OccurrenceId>> {
    conn.prepare_cached(
        "SELECT id FROM occurrences WHERE state = 'queued' AND not_before <= ?1
         ORDER BY sort_key, id LIMIT ?2",
    )?
    .query_map((now.timestamp_millis(), limit), |row| row.get(0).map(OccurrenceId))?
    .collect()
}

/// When the next one after `now` may start.
pub(crate) fn next_due(conn: &Connection, now: Timestamp) -> Result<Option<(Timestamp, TaskId)>> {
    conn.prepare_cached(
        "SELECT not_before, task_id FROM occurrences
         WHERE state = 'queued' AND not_before > ?1 ORDER BY not_before LIMIT 1",
    )?
    .query_row([now.timestamp_millis()], |row| {
        let millis = row.get(0)?;
        let at = Timestamp::from_timestamp_millis(millis)
            .ok_or(rusqlite::Error::IntegralValueOutOfRange(0, millis))?;
        Ok((at, TaskId(row.get(1)?)))
    })
    .optional()
}

/// Those that have a live run.
pub(crate) fn with_live_run(conn: &Connection) -> Result<Vec<Occurrence>> {
    conn.prepare_cached("SELECT row FROM occurrences WHERE live_run IS NOT NULL")?
        .query_map([], |row| from_text(row, 0))?
        .collect()
}

//! `occurrences`: the machine's subjects.

use super::{from_text, instant, ties, to_text};
use aegis_domain::{Occurrence, OccurrenceId, State, TaskId, Timestamp, Watch};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Result, params};
use std::collections::BTreeSet;

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
              updated_at, row, instant, expires_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (id) DO UPDATE SET
             state = excluded.state, terminal = excluded.terminal,
             not_before = excluded.not_before, sort_key = excluded.sort_key,
             live_run = excluded.live_run, updated_at = excluded.updated_at, row = excluded.row,
             expires_at = excluded.expires_at",
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
        occurrence.instant.map(|t| t.timestamp_millis()),
        expires_at(occurrence).map(|t| t.timestamp_millis()),
        occurrence.created_at.timestamp_millis(),
    ])?;
    ties::put(conn, occurrence)
}

/// When it goes stale; only what has not started can.
fn expires_at(occurrence: &Occurrence) -> Option<Timestamp> {
    let waits = matches!(occurrence.state, State::Queued { .. } | State::Blocked { .. });
    occurrence.expires_at.filter(|_| waits)
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

/// An occurrence that may start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyRow {
    /// Which.
    pub occurrence: OccurrenceId,
    /// The files that its task watches: it only starts when they have changed.
    pub watch: Option<Watch>,
}

/// What may start at `now` ([`Occurrence::may_start`]), in the order in which it should.
pub(crate) fn ready(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<ReadyRow>> {
    conn.prepare_cached(
        "SELECT o.id, t.row -> '$.definition.only_if_changed'
         FROM occurrences o JOIN tasks t ON t.id = o.task_id
         WHERE o.state = 'queued'
           AND (o.not_before <= ?1 OR o.created_at > ?1 OR o.updated_at > ?1)
         ORDER BY o.sort_key, o.id LIMIT ?2",
    )?
    .query_map((now.timestamp_millis(), limit), |row| {
        let watched = !matches!(row.get_ref(1)?, ValueRef::Null);
        let watch = if watched { Some(from_text(row, 1)?) } else { None };
        Ok(ReadyRow { occurrence: OccurrenceId(row.get(0)?), watch })
    })?
    .collect()
}

/// When the next one after `now` may start.
pub(crate) fn next_ready(conn: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    conn.prepare_cached(
        "SELECT not_before FROM occurrences
         WHERE state = 'queued' AND not_before > ?1 ORDER BY not_before LIMIT 1",
    )?
    .query_row([now.timestamp_millis()], |row| instant(row, 0))
    .optional()
}

/// Those that went stale before they could start.
pub(crate) fn stale(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<OccurrenceId>> {
    conn.prepare_cached(
        "SELECT id FROM occurrences
         WHERE expires_at < ?1 AND expires_at IS NOT NULL AND terminal = 0 LIMIT ?2",
    )?
    .query_map((now.timestamp_millis(), limit), |row| row.get(0).map(OccurrenceId))?
    .collect()
}

/// When the next one goes stale.
pub(crate) fn next_stale(conn: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    conn.prepare_cached(
        "SELECT expires_at FROM occurrences
         WHERE expires_at >= ?1 AND expires_at IS NOT NULL AND terminal = 0
         ORDER BY expires_at LIMIT 1",
    )?
    .query_row([now.timestamp_millis()], |row| instant(row, 0))
    .optional()
    // It is stale the moment after.
    .map(|at| at.map(|at| at + chrono::TimeDelta::milliseconds(1)))
}

/// The instants after `after` for which a task has occurrences.
pub(crate) fn instants(
    conn: &Connection,
    task: TaskId,
    after: Timestamp,
) -> Result<BTreeSet<Timestamp>> {
    conn.prepare_cached(
        "SELECT instant FROM occurrences
         WHERE task_id = ?1 AND instant > ?2 AND instant IS NOT NULL",
    )?
    .query_map((task.0, after.timestamp_millis()), |row| instant(row, 0))?
    .collect()
}

/// A task's newest occurrence; one that was skipped only when there is no other.
pub(crate) fn newest(conn: &Connection, task: TaskId) -> Result<Option<Occurrence>> {
    let of = |sql: &str| {
        conn.prepare_cached(sql)?.query_row([task.0], |row| from_text(row, 0)).optional()
    };
    let found = of("SELECT row FROM occurrences WHERE task_id = ?1 AND state <> 'skipped'
                    ORDER BY created_at DESC, id DESC LIMIT 1")?;
    match found {
        Some(found) => Ok(Some(found)),
        None => of("SELECT row FROM occurrences WHERE task_id = ?1
                    ORDER BY created_at DESC, id DESC LIMIT 1"),
    }
}

/// A task's occurrence of an instant.
pub(crate) fn of_instant(
    conn: &Connection,
    task: TaskId,
    at: Timestamp,
) -> Result<Option<Occurrence>> {
    conn.prepare_cached("SELECT row FROM occurrences WHERE task_id = ?1 AND instant = ?2")?
        .query_row((task.0, at.timestamp_millis()), |row| from_text(row, 0))
        .optional()
}

/// A task's last occurrence that ended before `than` was made, skipped ones left out.
pub(crate) fn ended_before(conn: &Connection, than: &Occurrence) -> Result<Option<Occurrence>> {
    conn.prepare_cached(
        "SELECT row FROM occurrences
         WHERE task_id = ?1 AND id <> ?2 AND terminal = 1 AND state <> 'skipped'
         ORDER BY updated_at DESC LIMIT 1",
    )?
    .query_row((than.task.0, than.id.0), |row| from_text(row, 0))
    .optional()
}

/// Those that have a live run.
pub(crate) fn with_live_run(conn: &Connection) -> Result<Vec<Occurrence>> {
    conn.prepare_cached("SELECT row FROM occurrences WHERE live_run IS NOT NULL")?
        .query_map([], |row| from_text(row, 0))?
        .collect()
}

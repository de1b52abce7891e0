//! `occurrences`: the machine's subjects.

pub(crate) mod line;

use super::{from_text, instant, to_text};
use aegis_domain::fair::Lane;
use aegis_domain::idle::Past;
use aegis_domain::{Occurrence, OccurrenceId, State, Task, TaskId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Statement};
use std::collections::BTreeSet;

/// Adds an occurrence, at `now`.
pub(crate) fn insert(
    conn: &Connection,
    occurrence: &Occurrence,
    line: Option<&Line>,
    now: Timestamp,
) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO occurrences
             (id, state, terminal, not_before, sort_key, waits_until, lane, priority, live_run,
              expires_at, updated_at, row, task_id, cause, key, instant, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    bind(&mut statement, occurrence, line, now)?;
    statement.raw_bind_parameter(13, occurrence.task.0)?;
    statement.raw_bind_parameter(14, occurrence.cause.name())?;
    statement.raw_bind_parameter(15, &occurrence.key.0)?;
    statement.raw_bind_parameter(16, occurrence.instant.map(|t| t.timestamp_millis()))?;
    statement.raw_bind_parameter(17, occurrence.created_at.timestamp_millis())?;
    statement.raw_execute()?;
    Ok(())
}

/// Changes an occurrence, at `now`. What tells it apart from others never changes.
pub(crate) fn update(
    conn: &Connection,
    occurrence: &Occurrence,
    line: Option<&Line>,
    now: Timestamp,
) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "UPDATE occurrences SET state = ?2, terminal = ?3, not_before = ?4, sort_key = ?5,
             waits_until = ?6, lane = ?7, priority = ?8, live_run = ?9, expires_at = ?10,
             updated_at = ?11, row = ?12
         WHERE id = ?1",
    )?;
    bind(&mut statement, occurrence, line, now)?;
    statement.raw_execute()?;
    Ok(())
}

/// Binds `?1` to `?12`: the id, and what may change. Both statements number them alike.
fn bind(
    statement: &mut Statement<'_>,
    occurrence: &Occurrence,
    line: Option<&Line>,
    now: Timestamp,
) -> Result<()> {
    let place = Place::of(occurrence, now);
    statement.raw_bind_parameter(1, occurrence.id.0)?;
    statement.raw_bind_parameter(2, occurrence.state.name().as_str())?;
    statement.raw_bind_parameter(3, occurrence.state.is_terminal())?;
    statement.raw_bind_parameter(4, place.not_before)?;
    statement.raw_bind_parameter(5, place.sort_key)?;
    statement.raw_bind_parameter(6, place.waits_until)?;
    statement.raw_bind_parameter(7, line.map(|l| &l.lane))?;
    statement.raw_bind_parameter(8, line.map(|l| l.priority))?;
    statement.raw_bind_parameter(9, occurrence.state.live_run().map(|r| r.0))?;
    statement.raw_bind_parameter(10, occurrence.deadline().map(|t| t.timestamp_millis()))?;
    statement.raw_bind_parameter(11, occurrence.updated_at.timestamp_millis())?;
    statement.raw_bind_parameter(12, to_text(occurrence)?)
}

/// The line that a task's work stands in while it is queued.
pub(crate) struct Line {
    lane: String,
    priority: u8,
}

impl Line {
    pub(crate) fn of(task: &Task) -> Self {
        let definition = &task.definition;
        Self { lane: Lane::of(definition).key(), priority: definition.priority.get() }
    }
}

/// The place in the line of what is queued.
#[derive(Default)]
struct Place {
    not_before: Option<i64>,
    sort_key: Option<i64>,
    /// The moment that has to come before it stands in its lane.
    waits_until: Option<i64>,
}

impl Place {
    /// Where it stands when it is written down at `now`.
    fn of(occurrence: &Occurrence, now: Timestamp) -> Self {
        let State::Queued { not_before, sort_key, .. } = &occurrence.state else {
            return Self::default();
        };
        let not_before = Some(not_before.timestamp_millis());
        let waits_until = not_before.filter(|_| !occurrence.may_start(now));
        Self { not_before, sort_key: Some(sort_key.0), waits_until }
    }
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

/// A task's occurrences: live ones first, then those that ended, the last change first.
pub(crate) fn of_task(conn: &Connection, task: TaskId, limit: u32) -> Result<Vec<Occurrence>> {
    let mut all = Vec::new();
    for sql in [
        "SELECT row FROM occurrences WHERE task_id = ?1 AND terminal = 0
         ORDER BY updated_at DESC LIMIT ?2",
        "SELECT row FROM occurrences WHERE task_id = ?1 AND terminal = 1
         ORDER BY updated_at DESC LIMIT ?2",
    ] {
        let left = limit.saturating_sub(u32::try_from(all.len()).unwrap_or(u32::MAX));
        let more: Vec<Occurrence> = conn
            .prepare_cached(sql)?
            .query_map((task.0, left), |row| from_text(row, 0))?
            .collect::<Result<_>>()?;
        all.extend(more);
    }
    Ok(all)
}

/// Those whose deadline has passed.
pub(crate) fn stale(conn: &Connection, now: Timestamp, limit: u32) -> Result<Vec<OccurrenceId>> {
    conn.prepare_cached(
        "SELECT id FROM occurrences
         WHERE expires_at < ?1 AND expires_at IS NOT NULL AND terminal = 0 LIMIT ?2",
    )?
    .query_map((now.timestamp_millis(), limit), |row| row.get(0).map(OccurrenceId))?
    .collect()
}

/// When the next deadline passes.
pub(crate) fn next_stale(conn: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    conn.prepare_cached(
        "SELECT expires_at FROM occurrences
         WHERE expires_at >= ?1 AND expires_at IS NOT NULL AND terminal = 0
         ORDER BY expires_at LIMIT 1",
    )?
    .query_row([now.timestamp_millis()], |row| instant(row, 0))
    .optional()
    // It has passed the moment after.
    .map(|at| at.map(|at| at + chrono::TimeDelta::milliseconds(1)))
}

/// Questions that are shown at a time.
const MAX_AWAITING: u32 = 1_000;

/// What waits for a person, with its task, the longest first.
pub(crate) fn awaiting(conn: &Connection) -> Result<Vec<(Task, Occurrence)>> {
    conn.prepare_cached(
        "SELECT t.row, o.row FROM occurrences o JOIN tasks t ON t.id = o.task_id
         WHERE o.state = 'awaiting' ORDER BY o.updated_at LIMIT ?1",
    )?
    .query_map([MAX_AWAITING], |row| Ok((from_text(row, 0)?, from_text(row, 1)?)))?
    .collect()
}

/// The instants after `after` for which a task has occurrences.
pub(crate) fn instants(
    conn: &Connection,
    task: TaskId,
    after: Timestamp,
) -> Result<BTreeSet<Timestamp>> {
    conn.prepare_cached(
        "SELECT instant FROM occurrences
         WHERE task_id = ?1 AND instant > ?2 AND instant IS NOT NULL
         UNION ALL SELECT instant FROM past_instants WHERE task_id = ?1 AND instant > ?2",
    )?
    .query_map((task.0, after.timestamp_millis()), |row| instant(row, 0))?
    .collect()
}

/// Notes that an instant has been, without an occurrence.
pub(crate) fn put_past(conn: &Connection, task: TaskId, at: Timestamp) -> Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO past_instants (task_id, instant) VALUES (?1, ?2)")?
        .execute((task.0, at.timestamp_millis()))?;
    Ok(())
}

/// A task's newest occurrence; one that was skipped only when there is no other. The one that was
/// created with the task is older than all others.
pub(crate) fn newest(conn: &Connection, task: TaskId) -> Result<Option<Occurrence>> {
    for sql in [
        "SELECT row FROM occurrences
         WHERE task_id = ?1 AND cause <> 'created' AND state <> 'skipped'
         ORDER BY place DESC LIMIT 1",
        "SELECT row FROM occurrences
         WHERE task_id = ?1 AND cause = 'created' AND state <> 'skipped' LIMIT 1",
        "SELECT row FROM occurrences
         WHERE task_id = ?1 AND cause <> 'created' ORDER BY place DESC LIMIT 1",
        "SELECT row FROM occurrences WHERE task_id = ?1 AND cause = 'created' LIMIT 1",
    ] {
        let found =
            conn.prepare_cached(sql)?.query_row([task.0], |row| from_text(row, 0)).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
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

/// Ended occurrences that are looked through for successful ones.
const LOOKED_THROUGH: u32 = 60;

/// What a task's last successful occurrences did, the newest first, `most` at most; only those are
/// found that are among its last sixty that ended.
pub(crate) fn past(conn: &Connection, task: TaskId, most: usize) -> Result<Vec<Past>> {
    let past = |occurrence: Occurrence| {
        let effort = occurrence.agent.effort?;
        let idle = occurrence.agent.idle.map_or(0, |idle| idle.in_a_row);
        matches!(occurrence.state, State::Completed { .. }).then_some(Past { effort, idle })
    };
    let ended: Vec<Occurrence> = conn
        .prepare_cached(
            "SELECT row FROM occurrences WHERE task_id = ?1 AND terminal = 1
             ORDER BY updated_at DESC LIMIT ?2",
        )?
        .query_map((task.0, LOOKED_THROUGH), |row| from_text(row, 0))?
        .collect::<Result<_>>()?;
    Ok(ended.into_iter().filter_map(past).take(most).collect())
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
    conn.prepare_cached(
        "SELECT o.row FROM runs r JOIN occurrences o ON o.id = r.occurrence_id
         WHERE r.ended_at IS NULL AND o.live_run = r.id",
    )?
    .query_map([], |row| from_text(row, 0))?
    .collect()
}

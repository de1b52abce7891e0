//! `ties`: what live occurrences wait for and hold.

use aegis_domain::machine::InLine;
use aegis_domain::{Blocker, Occurrence, OccurrenceId, SortKey, State, TaskId};
use rusqlite::types::ToSql;
use rusqlite::{Connection, Result};

/// Places in a line that are read: more are never let in at once.
const LINE: u32 = 16;

/// Keeps the table with what `occurrence` says.
pub(crate) fn put(conn: &Connection, occurrence: &Occurrence) -> Result<()> {
    conn.prepare_cached("DELETE FROM ties WHERE occurrence_id = ?1")?.execute([occurrence.id.0])?;
    let tie = |kind: &str, name: &dyn ToSql, amount: u32, sort_key: SortKey| {
        conn.prepare_cached(
            "INSERT OR REPLACE INTO ties (occurrence_id, kind, name, amount, sort_key)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((occurrence.id.0, kind, name, amount, sort_key.0))
    };
    if let State::Blocked { by, sort_key, .. } = &occurrence.state {
        for blocker in by {
            match blocker {
                Blocker::Dependency { task } => tie("waits_task", &task.0, 0, *sort_key)?,
                Blocker::Occurrence { occurrence } => {
                    tie("waits_occurrence", &occurrence.0, 0, *sort_key)?
                }
                Blocker::Resource { name, amount } => {
                    tie("waits_resource", &name.as_bytes(), *amount, *sort_key)?
                }
                Blocker::Budget { .. } => tie("waits_money", &Vec::<u8>::new(), 0, *sort_key)?,
                Blocker::Decision { .. } => 0,
            };
        }
    }
    for held in &occurrence.holds {
        tie("holds_resource", &held.name.as_bytes(), held.amount, SortKey(0))?;
    }
    Ok(())
}

/// Blocked occurrences that wait for `task`.
pub(crate) fn waiting_for_task(conn: &Connection, task: TaskId) -> Result<Vec<OccurrenceId>> {
    waiting(conn, "waits_task", task.0)
}

/// Blocked occurrences that wait for `occurrence`.
pub(crate) fn waiting_for(
    conn: &Connection,
    occurrence: OccurrenceId,
) -> Result<Vec<OccurrenceId>> {
    waiting(conn, "waits_occurrence", occurrence.0)
}

/// Whether any occurrence waits for `occurrence`.
pub(crate) fn any_waiting_for(conn: &Connection, occurrence: OccurrenceId) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM ties WHERE kind = 'waits_occurrence' AND name = ?1 LIMIT 1")?
        .exists([occurrence.0])
}

fn waiting(conn: &Connection, kind: &str, name: uuid::Uuid) -> Result<Vec<OccurrenceId>> {
    conn.prepare_cached(
        "SELECT occurrence_id FROM ties WHERE kind = ?1 AND name = ?2 ORDER BY sort_key",
    )?
    .query_map((kind, name), |row| row.get(0).map(OccurrenceId))?
    .collect()
}

/// Blocked occurrences that are looked at when there may be money again.
const MONEY: u32 = 10_000;

/// Blocked occurrences that wait for money, the first in the line first.
pub(crate) fn waiting_for_money(conn: &Connection) -> Result<Vec<OccurrenceId>> {
    conn.prepare_cached(
        "SELECT occurrence_id FROM ties WHERE kind = 'waits_money' AND name = x''
         ORDER BY sort_key LIMIT ?1",
    )?
    .query_map([MONEY], |row| row.get(0).map(OccurrenceId))?
    .collect()
}

/// How much of a resource is held.
pub(crate) fn used(conn: &Connection, resource: &str) -> Result<u32> {
    conn.prepare_cached(
        "SELECT ifnull(sum(amount), 0) FROM ties WHERE kind = 'holds_resource' AND name = ?1",
    )?
    .query_row([resource.as_bytes()], |row| row.get(0))
}

/// Who waits for a resource, the first in the line first.
pub(crate) fn line(conn: &Connection, resource: &str) -> Result<Vec<InLine>> {
    conn.prepare_cached(
        "SELECT occurrence_id, sort_key, amount FROM ties
         WHERE kind = 'waits_resource' AND name = ?1 ORDER BY sort_key, occurrence_id LIMIT ?2",
    )?
    .query_map((resource.as_bytes(), LINE), |row| {
        Ok(InLine {
            occurrence: OccurrenceId(row.get(0)?),
            sort_key: SortKey(row.get(1)?),
            amount: row.get(2)?,
        })
    })?
    .collect()
}

/// Every resource that somebody holds or waits for, with how many wait.
pub(crate) fn resources_in_use(conn: &Connection) -> Result<Vec<(String, u32)>> {
    conn.prepare_cached(
        "SELECT CAST(name AS TEXT), sum(kind = 'waits_resource') FROM ties
         WHERE kind IN ('waits_resource', 'holds_resource') GROUP BY name ORDER BY name",
    )?
    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

//! `spending`: what runs have cost, by the hour in which they ended.

use aegis_domain::{TaskId, Timestamp, Usd};
use rusqlite::{Connection, Result};

const HOUR: i64 = 3600;

pub(crate) fn add(conn: &Connection, task: TaskId, at: Timestamp, cost: Usd) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO spending (hour, task_id, micros) VALUES (?1, ?2, ?3)
         ON CONFLICT (hour, task_id) DO UPDATE SET micros = micros + excluded.micros",
    )?
    .execute((at.timestamp().div_euclid(HOUR), task.0, cost.micros()))?;
    Ok(())
}

/// When the hour in column `index` began.
pub(crate) fn begins(row: &rusqlite::Row<'_>, index: usize) -> Result<Timestamp> {
    let hour: i64 = row.get(index)?;
    hour.checked_mul(HOUR)
        .and_then(|seconds| Timestamp::from_timestamp(seconds, 0))
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(index, hour))
}

/// What all runs have cost that ended in the hour of `from` or later.
pub(crate) fn since(conn: &Connection, from: Timestamp) -> Result<Usd> {
    conn.prepare_cached("SELECT coalesce(sum(micros), 0) FROM spending WHERE hour >= ?1")?
        .query_row([from.timestamp().div_euclid(HOUR)], |row| row.get(0).map(Usd::from_micros))
}

/// What a task's runs have cost that ended in the hour of `from` or later.
pub(crate) fn of_task(conn: &Connection, task: TaskId, from: Timestamp) -> Result<Usd> {
    conn.prepare_cached(
        "SELECT coalesce(sum(micros), 0) FROM spending WHERE task_id = ?1 AND hour >= ?2",
    )?
    .query_row((task.0, from.timestamp().div_euclid(HOUR)), |row| row.get(0).map(Usd::from_micros))
}

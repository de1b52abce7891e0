//! `spending_by_task`, `spending_in_all`: what runs have cost, by the quarter of an hour in which
//! they said so.

use aegis_domain::{TaskId, Timestamp, Usd};
use rusqlite::{Connection, Result};

/// Seconds of a quarter of an hour: every midnight of the world is on one.
const QUARTER: i64 = 15 * 60;

/// Adds `micros` millionths of a dollar, below nothing when a run gives back what it had said.
pub(crate) fn add(conn: &Connection, task: TaskId, at: Timestamp, micros: i64) -> Result<()> {
    let quarter = at.timestamp().div_euclid(QUARTER);
    conn.prepare_cached(
        "INSERT INTO spending_by_task (task_id, quarter, micros) VALUES (?1, ?2, ?3)
         ON CONFLICT (task_id, quarter) DO UPDATE SET micros = micros + excluded.micros",
    )?
    .execute((task.0, quarter, micros))?;
    conn.prepare_cached(
        "INSERT INTO spending_in_all (quarter, micros) VALUES (?1, ?2)
         ON CONFLICT (quarter) DO UPDATE SET micros = micros + excluded.micros",
    )?
    .execute((quarter, micros))?;
    Ok(())
}

/// `now` less `before`, in millionths of a dollar.
pub(crate) fn difference(before: Usd, now: Usd) -> i64 {
    let micros = |amount: Usd| i64::try_from(amount.micros()).unwrap_or(i64::MAX);
    micros(now) - micros(before)
}

/// When the quarter in column `index` began.
pub(crate) fn begins(row: &rusqlite::Row<'_>, index: usize) -> Result<Timestamp> {
    let quarter: i64 = row.get(index)?;
    quarter
        .checked_mul(QUARTER)
        .and_then(|seconds| Timestamp::from_timestamp(seconds, 0))
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(index, quarter))
}

/// What all runs have cost since the quarter of `from`.
pub(crate) fn since(conn: &Connection, from: Timestamp) -> Result<Usd> {
    conn.prepare_cached("SELECT coalesce(sum(micros), 0) FROM spending_in_all WHERE quarter >= ?1")?
        .query_row([from.timestamp().div_euclid(QUARTER)], |row| row.get(0).map(amount))
}

/// What a task's runs have cost since the quarter of `from`.
pub(crate) fn of_task(conn: &Connection, task: TaskId, from: Timestamp) -> Result<Usd> {
    conn.prepare_cached(
        "SELECT coalesce(sum(micros), 0) FROM spending_by_task
         WHERE task_id = ?1 AND quarter >= ?2",
    )?
    .query_row((task.0, from.timestamp().div_euclid(QUARTER)), |row| row.get(0).map(amount))
}

/// An amount that is not below nothing.
fn amount(micros: i64) -> Usd {
    Usd::from_micros(u64::try_from(micros).unwrap_or(0))
}

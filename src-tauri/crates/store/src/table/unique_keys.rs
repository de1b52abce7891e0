//! `unique_keys`: tasks of which there is one at a time.

use aegis_domain::{Key, Made, StateName, TaskId, TaskNumber};
use rusqlite::{Connection, OptionalExtension, Result};

pub(crate) fn put(conn: &Connection, key: &Key, task: TaskId) -> Result<()> {
    conn.prepare_cached("INSERT INTO unique_keys (key, task_id) VALUES (?1, ?2)")?
        .execute((key.as_str(), task.0))?;
    Ok(())
}

/// A task of the key that shows one of `states` and was not deleted: the newest.
pub(crate) fn holder(
    conn: &Connection,
    key: &Key,
    states: &[Option<StateName>],
) -> Result<Option<(Made, Option<StateName>)>> {
    // Ids are made in the order of time.
    conn.prepare_cached(
        "SELECT t.id, t.number, t.state FROM unique_keys u JOIN tasks t ON t.id = u.task_id
         WHERE u.key = ?1 AND t.deleted_at IS NULL
           AND instr(?2, ',' || ifnull(t.state, 'never') || ',') > 0
         ORDER BY u.task_id DESC LIMIT 1",
    )?
    .query_row((key.as_str(), super::state_list(states)), |row| {
        let made = Made { task: TaskId(row.get(0)?), number: TaskNumber(row.get(1)?) };
        let name: Option<String> = row.get(2)?;
        let state = StateName::ALL.into_iter().find(|s| Some(s.as_str()) == name.as_deref());
        Ok((made, state))
    })
    .optional()
}

/// Every one: `key`, `task_id`.
pub(crate) const ALL: &str = "SELECT key, task_id FROM unique_keys ORDER BY key, task_id";

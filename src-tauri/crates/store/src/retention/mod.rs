//! Removing what is old, in steps that hold nobody up.
//!
//! Readers find what may go ([`Reader::old_occurrences`](crate::Reader::old_occurrences) and its
//! neighbours), beside whoever writes; the writer then removes a little at a time ([`Chore`]). What
//! a rule decides stands in [`aegis_domain::retention`].

mod old;
mod purge;

pub use old::{LogOwner, OldOccurrence};

use crate::table::{request_keys, runs, sweeps};
use aegis_domain::machine::Refused;
use aegis_domain::retention::Swept;
use aegis_domain::{OccurrenceId, RunId, TaskId};
use rusqlite::{Connection, Result};

/// One step for the writer: it is short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chore {
    /// Occurrences that have ended go, with their runs. That their instants have been stays.
    Occurrences(Vec<OccurrenceId>),
    /// Messages that were sent go.
    Messages(Vec<i64>),
    /// Keys of requests go.
    Keys(Vec<i64>),
    /// The logs of these runs have gone.
    LogsGone(Vec<RunId>),
    /// A part of a deleted task goes for good; to be repeated while there is more.
    Purge(TaskId),
    /// A clean-up is over.
    Swept(Swept),
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tidied {
    /// Rows that it was about.
    pub rows: u64,
    /// The same is to be done again: there is more of it.
    pub more: bool,
}

/// Does one step.
pub(crate) fn perform(
    conn: &Connection,
    chore: &Chore,
) -> Result<std::result::Result<Tidied, Refused>> {
    let mut rows = 0;
    match chore {
        Chore::Occurrences(ids) => {
            for id in ids {
                rows += usize::from(remove_occurrence(conn, *id)?);
            }
        }
        Chore::Messages(ids) => {
            let mut delete = conn.prepare_cached("DELETE FROM outbox WHERE id = ?1")?;
            for id in ids {
                rows += delete.execute([id])?;
            }
        }
        Chore::Keys(ids) => {
            for id in ids {
                rows += request_keys::remove(conn, *id)?;
            }
        }
        Chore::LogsGone(ids) => {
            for id in ids {
                let Some(mut run) = runs::get(conn, *id)? else { continue };
                if let Some(end) = &mut run.end {
                    end.log_removed = true;
                    runs::update(conn, &run)?;
                    rows += 1;
                }
            }
        }
        Chore::Purge(task) => return purge::step(conn, *task),
        Chore::Swept(swept) => sweeps::put(conn, *swept)?,
    }
    Ok(Ok(Tidied { rows: rows as u64, more: false }))
}

/// Removes an occurrence that has ended; says whether it did.
fn remove_occurrence(conn: &Connection, id: OccurrenceId) -> Result<bool> {
    let ended = conn
        .prepare_cached("SELECT 1 FROM occurrences WHERE id = ?1 AND terminal = 1")?
        .exists([id.0])?;
    if !ended {
        return Ok(false);
    }
    for sql in [
        "INSERT OR IGNORE INTO past_instants (task_id, instant)
         SELECT task_id, instant FROM occurrences WHERE id = ?1 AND instant IS NOT NULL",
        "DELETE FROM ties WHERE occurrence_id = ?1",
        "DELETE FROM tool_uses WHERE occurrence_id = ?1",
        "DELETE FROM runs WHERE occurrence_id = ?1",
        "DELETE FROM occurrences WHERE id = ?1",
    ] {
        conn.prepare_cached(sql)?.execute([id.0])?;
    }
    Ok(true)
}

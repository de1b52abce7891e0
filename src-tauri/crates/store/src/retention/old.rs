//! Finding what may go, without changing anything.

use super::purge;
use crate::table::{instant, request_keys, runs, sweeps, tasks};
use crate::{Reader, StoreError};
use aegis_domain::machine::Refused;
use aegis_domain::retention::{KEPT_LOGS, KEPT_OCCURRENCES, Swept};
use aegis_domain::{OccurrenceId, Run, RunId, Task, TaskId, Timestamp};
use rusqlite::OptionalExtension;
use uuid::Uuid;

type Result<T> = std::result::Result<T, StoreError>;

/// An occurrence that may go, with its runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldOccurrence {
    /// Which.
    pub id: OccurrenceId,
    /// Its runs, which go with it.
    pub runs: Vec<RunId>,
}

/// Whose a log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogOwner {
    /// Nobody's that is known.
    Unknown,
    /// A run's that has not ended.
    Live,
    /// A run's that has ended.
    Ended {
        /// When.
        at: Timestamp,
        /// It is one of the task's newest, whose logs no age removes.
        kept: bool,
    },
}

/// The first id of all that were made at `at` or later: ids begin with their moment (RFC 9562,
/// section 5.7).
fn first_id(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

impl Reader<'_> {
    /// Looks at `limit` occurrences behind `after`, the oldest first, that were made before
    /// `cutoff`: those that may go, because they ended before it, nobody waits for them and the
    /// task has enough newer ones; and where to go on.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, as in every method here.
    pub fn old_occurrences(
        &self,
        cutoff: Timestamp,
        after: Option<OccurrenceId>,
        limit: u32,
    ) -> Result<(Vec<OldOccurrence>, Option<OccurrenceId>)> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let looked_at: Vec<(OccurrenceId, bool)> = self
            .conn
            .prepare_cached(
                "SELECT o.id, o.terminal = 1 AND o.updated_at < ?1
                     AND (SELECT count(*) FROM (
                         SELECT 1 FROM occurrences n
                         WHERE n.task_id = o.task_id AND n.terminal = 1
                           AND n.updated_at > o.updated_at
                           AND (n.state = 'skipped') = (o.state = 'skipped') LIMIT ?2
                     )) = ?2
                     AND NOT EXISTS (SELECT 1 FROM ties
                         WHERE kind = 'waits_occurrence' AND name = o.id)
                     AND NOT EXISTS (SELECT 1 FROM runs
                         WHERE occurrence_id = o.id AND ended_at IS NULL)
                 FROM occurrences o WHERE o.id > ?3 AND o.id < ?4 ORDER BY o.id LIMIT ?5",
            )?
            .query_map(
                (cutoff.timestamp_millis(), KEPT_OCCURRENCES, after, first_id(cutoff), limit),
                |row| Ok((OccurrenceId(row.get(0)?), row.get(1)?)),
            )?
            .collect::<rusqlite::Result<_>>()?;
        let next = looked_at.last().map(|(id, _)| *id);
        let mut old = Vec::new();
        for (id, _) in looked_at.into_iter().filter(|(_, may_go)| *may_go) {
            let runs = self
                .conn
                .prepare_cached("SELECT id FROM runs WHERE occurrence_id = ?1")?
                .query_map([id.0], |row| row.get(0).map(RunId))?
                .collect::<rusqlite::Result<_>>()?;
            old.push(OldOccurrence { id, runs });
        }
        Ok((old, next))
    }

    /// Looks at `limit` messages behind number `after`: those that were sent before `cutoff`, and
    /// where to go on.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn old_messages(
        &self,
        cutoff: Timestamp,
        after: i64,
        limit: u32,
    ) -> Result<(Vec<i64>, Option<i64>)> {
        let cutoff = cutoff.timestamp_millis();
        let looked_at: Vec<(i64, i64, Option<i64>)> = self
            .conn
            .prepare_cached(
                "SELECT id, created_at, sent_at FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2",
            )?
            .query_map((after, limit), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let next = looked_at.last().filter(|(_, created, _)| *created < cutoff).map(|m| m.0);
        let sent = looked_at.into_iter().filter(|(.., sent)| sent.is_some_and(|at| at < cutoff));
        Ok((sent.map(|(id, ..)| id).collect(), next))
    }

    /// Looks at `limit` keys of requests behind number `after`: those that were made before
    /// `cutoff`, and where to go on.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn old_keys(
        &self,
        cutoff: Timestamp,
        after: i64,
        limit: u32,
    ) -> Result<(Vec<i64>, Option<i64>)> {
        let looked_at = request_keys::oldest(self.conn, after, limit)?;
        let next = looked_at.last().filter(|(_, at)| *at < cutoff).map(|(id, _)| *id);
        let old = looked_at.into_iter().filter(|(_, at)| *at < cutoff);
        Ok((old.map(|(id, _)| id).collect(), next))
    }

    /// Tasks that were deleted before `cutoff`, the first to be deleted first; behind `after`.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn deleted_before(
        &self,
        cutoff: Timestamp,
        after: Option<&Task>,
        limit: u32,
    ) -> Result<Vec<Task>> {
        let (at, number) = after.map_or((i64::MIN, 0), |task| {
            (task.deleted_at.map_or(i64::MIN, |at| at.timestamp_millis()), task.number.0)
        });
        let ids: Vec<TaskId> = self
            .conn
            .prepare_cached(
                "SELECT id FROM tasks
                 WHERE deleted_at IS NOT NULL AND deleted_at < ?1 AND (deleted_at, number) > (?2, ?3)
                 ORDER BY deleted_at, number LIMIT ?4",
            )?
            .query_map((cutoff.timestamp_millis(), at, number, limit), |row| row.get(0).map(TaskId))?
            .collect::<rusqlite::Result<_>>()?;
        let mut deleted = Vec::with_capacity(ids.len());
        for id in ids {
            deleted.extend(tasks::get(self.conn, id)?);
        }
        Ok(deleted)
    }

    /// Why a deleted task may not go for good yet, if it may not.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn may_purge(&self, task: &Task) -> Result<std::result::Result<(), Refused>> {
        Ok(purge::may_go(self.conn, task)?)
    }

    /// Every run of a task behind the token `after`, the oldest first.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn runs_after(&self, task: TaskId, after: u64, limit: u32) -> Result<Vec<Run>> {
        Ok(runs::after(self.conn, task, after, limit)?)
    }

    /// Whose the log of a run is.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn log_owner(&self, run: RunId) -> Result<LogOwner> {
        let Some(run) = runs::get(self.conn, run)? else { return Ok(LogOwner::Unknown) };
        let Some(end) = run.end else { return Ok(LogOwner::Live) };
        let newer = self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM
                     (SELECT 1 FROM runs WHERE task_id = ?1 AND token > ?2 LIMIT ?3)",
            )?
            .query_row((run.task.0, run.token.0, KEPT_LOGS), |row| row.get::<_, u32>(0))?;
        Ok(LogOwner::Ended { at: end.at, kept: newer < KEPT_LOGS })
    }

    /// The last clean-up.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn last_sweep(&self) -> Result<Option<Swept>> {
        Ok(sweeps::last(self.conn)?)
    }

    /// When the newest event happened.
    ///
    /// # Errors
    /// As [`Reader::old_occurrences`].
    pub fn newest_event_at(&self) -> Result<Option<Timestamp>> {
        Ok(self
            .conn
            .prepare_cached("SELECT at FROM events ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| instant(row, 0))
            .optional()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_the_order_of_time() {
        let at = Timestamp::from_timestamp_millis(1_763_697_600_123).unwrap();
        let mut ctx = aegis_domain::Ctx::new(at, 7);
        let id = ctx.uuid();
        assert!(first_id(at) <= id, "{id}");
        assert!(first_id(at + chrono::TimeDelta::milliseconds(1)) > id);
    }
}

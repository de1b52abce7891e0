//! A row at hand, and what is known beside it.

use crate::table::occurrences::Line;
use crate::table::tasks::Standing;
use crate::table::{occurrences, runs, tasks};
use aegis_domain::{Occurrence, OccurrenceId, Run, RunId, Task, Timestamp};
use rusqlite::{Connection, Result};
use std::sync::Arc;

/// The occurrences that a task's place on the board follows from.
#[derive(Debug, Clone, Default)]
pub(super) struct Family {
    pub(super) live: Vec<OccurrenceId>,
    /// The terminal one that ended last, skipped ones left out.
    pub(super) last: Option<OccurrenceId>,
}

pub(super) struct HeldTask {
    pub(super) row: Arc<Task>,
    stored: bool,
    pub(super) changed: bool,
    /// Since when its place on the board may be another one, and that is not written yet.
    pub(super) touched: Option<Timestamp>,
    /// `None`: not known.
    pub(super) family: Option<Family>,
}

impl HeldTask {
    pub(super) fn stored(task: Task) -> Self {
        Self { row: Arc::new(task), stored: true, changed: false, touched: None, family: None }
    }

    pub(super) fn new(task: Task) -> Self {
        let family = Some(Family::default());
        Self { row: Arc::new(task), stored: false, changed: true, touched: None, family }
    }

    pub(super) fn write(&mut self, conn: &Connection, standing: Option<Standing>) -> Result<()> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        if self.stored {
            tasks::update(conn, &self.row)?;
            if let Some(standing) = &standing {
                tasks::put_standing(conn, self.row.number, standing)?;
            }
        } else {
            tasks::insert(conn, &self.row, standing.as_ref())?;
            self.stored = true;
        }
        if standing.is_some() {
            self.touched = None;
        }
        Ok(())
    }
}

pub(super) struct HeldOccurrence {
    pub(super) row: Arc<Occurrence>,
    stored: bool,
    /// When it changed last, while that is not written.
    pub(super) changed: Option<Timestamp>,
    /// Its last attempt; `None`: not known, `Some(None)`: there was none.
    pub(super) last_run: Option<Option<RunId>>,
}

impl HeldOccurrence {
    pub(super) fn stored(occurrence: Occurrence) -> Self {
        Self { row: Arc::new(occurrence), stored: true, changed: None, last_run: None }
    }

    pub(super) fn new(occurrence: Occurrence, now: Timestamp) -> Self {
        let last_run = Some(None);
        Self { row: Arc::new(occurrence), stored: false, changed: Some(now), last_run }
    }

    pub(super) fn write(&mut self, conn: &Connection, line: Option<&Line>) -> Result<()> {
        let Some(now) = self.changed.take() else { return Ok(()) };
        if self.stored {
            return occurrences::update(conn, &self.row, line, now);
        }
        self.stored = true;
        occurrences::insert(conn, &self.row, line, now)
    }
}

pub(super) struct HeldRun {
    pub(super) row: Arc<Run>,
    stored: bool,
    pub(super) changed: bool,
}

impl HeldRun {
    pub(super) fn stored(run: Run) -> Self {
        Self { row: Arc::new(run), stored: true, changed: false }
    }

    pub(super) fn new(run: Run) -> Self {
        Self { row: Arc::new(run), stored: false, changed: true }
    }

    pub(super) fn write(&mut self, conn: &Connection) -> Result<()> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        if self.stored {
            return runs::update(conn, &self.row);
        }
        self.stored = true;
        runs::insert(conn, &self.row)
    }
}

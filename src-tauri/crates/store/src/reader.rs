//! Reading, beside the writer, on one snapshot.

use crate::StoreError;
use crate::table::OutboxRow;
use crate::table::{events, flags, occurrences, outbox, runs, tasks};
use aegis_domain::coarse::{self, Column};
use aegis_domain::{
    Event, EventSeq, Occurrence, OccurrenceId, Run, RunId, Task, TaskId, TaskNumber, TaskRef,
    Timestamp,
};
use rusqlite::Connection;

/// One consistent view of the database: everything read through it is from the same moment.
pub struct Reader<'a> {
    conn: &'a Connection,
}

/// What a card shows, as rows.
#[derive(Debug, Clone)]
pub struct CardRow {
    /// The definition.
    pub task: Task,
    /// Where it stands.
    pub column: Column,
    /// The occurrence that speaks for it.
    pub occurrence: Option<Occurrence>,
    /// That occurrence's last attempt.
    pub run: Option<Run>,
}

/// The board, as rows.
#[derive(Debug, Clone)]
pub struct BoardRows {
    /// Every event up to this one is in the cards.
    pub seq: EventSeq,
    /// The cards.
    pub cards: Vec<CardRow>,
    /// How many tasks each column has in all.
    pub totals: Vec<(Column, u32)>,
}

/// What starts next by itself.
#[derive(Debug, Clone)]
pub struct NextDueRow {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub task: Task,
}

type Result<T> = std::result::Result<T, StoreError>;

impl<'a> Reader<'a> {
    pub(crate) fn new(conn: &'a Connection) -> Self {
        Self { conn }
    }

    /// A task by any of its names; also a deleted one.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, as in every method here.
    pub fn task(&self, task: &TaskRef) -> Result<Option<Task>> {
        Ok(tasks::find(self.conn, task)?)
    }

    /// A task as a card.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn card(&self, id: TaskId) -> Result<Option<CardRow>> {
        tasks::get(self.conn, id)?.map(|task| self.card_of(task)).transpose()
    }

    fn card_of(&self, task: Task) -> Result<CardRow> {
        let occurrences = occurrences::live_and_last(self.conn, task.id)?;
        let column = coarse::column(&task, &occurrences);
        let occurrence = coarse::speaker(&occurrences).cloned();
        let run = match &occurrence {
            Some(occurrence) => runs::last_of(self.conn, occurrence.id)?,
            None => None,
        };
        Ok(CardRow { task, column, occurrence, run })
    }

    /// The board: of each column the `limit` tasks that changed last.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn board(&self, limit: u32) -> Result<BoardRows> {
        let mut cards = Vec::new();
        let mut totals = Vec::new();
        for column in Column::ALL {
            totals.push((column, tasks::count_on_board(self.conn, column)?));
            for task in tasks::on_board(self.conn, column, limit)? {
                cards.push(self.card_of(task)?);
            }
        }
        Ok(BoardRows { seq: events::last_seq(self.conn)?, cards, totals })
    }

    /// Tasks as cards, highest number first.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn page(
        &self,
        column: Option<Column>,
        before: Option<TaskNumber>,
        limit: u32,
    ) -> Result<Vec<CardRow>> {
        let tasks = tasks::page(self.conn, column, before, limit)?;
        tasks.into_iter().map(|task| self.card_of(task)).collect()
    }

    /// A task's occurrences: live ones first, then those that ended last.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn occurrences(&self, task: TaskId, limit: u32) -> Result<Vec<Occurrence>> {
        Ok(occurrences::of_task(self.conn, task, limit)?)
    }

    /// A task's live occurrences and its last terminal one.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn live_and_last(&self, task: TaskId) -> Result<Vec<Occurrence>> {
        Ok(occurrences::live_and_last(self.conn, task)?)
    }

    /// An occurrence.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn occurrence(&self, id: OccurrenceId) -> Result<Option<Occurrence>> {
        Ok(occurrences::get(self.conn, id)?)
    }

    /// A run.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn run(&self, id: RunId) -> Result<Option<Run>> {
        Ok(runs::get(self.conn, id)?)
    }

    /// A task's runs, newest first.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn runs(&self, task: TaskId, limit: u32) -> Result<Vec<Run>> {
        Ok(runs::of_task(self.conn, task, limit)?)
    }

    /// Runs that have not ended.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn unended_runs(&self) -> Result<Vec<Run>> {
        Ok(runs::unended(self.conn)?)
    }

    /// Occurrences that have a live run.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn live_occurrences(&self) -> Result<Vec<Occurrence>> {
        Ok(occurrences::with_live_run(self.conn)?)
    }

    /// What may start at `now`, in the order in which it should.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn ready(&self, now: Timestamp, limit: u32) -> Result<Vec<OccurrenceId>> {
        Ok(occurrences::ready(self.conn, now, limit)?)
    }

    /// What starts next by itself after `now`.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn next_due(&self, now: Timestamp) -> Result<Option<NextDueRow>> {
        let Some((at, id)) = occurrences::next_due(self.conn, now)? else { return Ok(None) };
        Ok(tasks::get(self.conn, id)?.map(|task| NextDueRow { at, task }))
    }

    /// The newest event's number.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn last_seq(&self) -> Result<EventSeq> {
        Ok(events::last_seq(self.conn)?)
    }

    /// Events after `after`, oldest first.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn events_after(&self, after: EventSeq, limit: u32) -> Result<Vec<Event>> {
        Ok(events::after(self.conn, after, limit)?)
    }

    /// Events before `before`, newest first; only of `task` if one is named.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn events_before(
        &self,
        task: Option<TaskId>,
        before: Option<EventSeq>,
        limit: u32,
    ) -> Result<Vec<Event>> {
        Ok(events::before(self.conn, task, before, limit)?)
    }

    /// Messages that may be sent at `now`.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn unsent(&self, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>> {
        Ok(outbox::unsent(self.conn, now, limit)?)
    }

    /// Whether new work is held back.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn paused(&self) -> Result<bool> {
        Ok(flags::paused(self.conn)?)
    }
}

//! Reading, beside the writer, on one snapshot.

use crate::StoreError;
use crate::list::{self, ListQuery, Page};
use crate::table::flags::Flag;
use crate::table::occurrences::line;
use crate::table::{
    FactRow, Heads, OutboxRow, ReadyRow, Waiting, artifacts, dependencies, engine_state, events,
    facts, flags, follow_ups, occurrences, outbox, request_keys, resources, runs, tasks, templates,
    ties,
};
use aegis_domain::coarse::{self, Column};
use aegis_domain::fair::Lane;
use aegis_domain::machine::DEFAULT_CAPACITY;
use aegis_domain::template::Template;
use aegis_domain::{
    Blocker, Event, EventSeq, Made, Occurrence, OccurrenceId, Once, Run, RunId, State, Task,
    TaskId, TaskRef, Timestamp,
};
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashSet};

/// One consistent view of the database: everything read through it is from the same moment.
pub struct Reader<'a> {
    pub(crate) conn: &'a Connection,
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
    /// The tasks that it waits for.
    pub waits_for: Vec<Task>,
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

/// Another task, as far as a name needs it.
#[derive(Debug, Clone)]
pub struct PeerRow {
    /// The definition.
    pub task: Task,
    /// Where it stands.
    pub column: Column,
}

/// What there is to do at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// Commands wait that follow from committed ones.
    pub follow_ups: bool,
    /// What has waited for its time is to be moved into its lane ([`Store::line_up`]).
    ///
    /// [`Store::line_up`]: crate::Store::line_up
    pub line_up: bool,
    /// Tasks whose schedule has come due, or has to be taken up anew because the clock was put
    /// back.
    pub due: Vec<TaskId>,
    /// Occurrences that went stale before they could start.
    pub stale: Vec<OccurrenceId>,
    /// When something may start, come due or go stale next.
    pub next: Option<Timestamp>,
}

/// A resource that tasks share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRow {
    /// Its name.
    pub name: String,
    /// How much there is.
    pub capacity: u32,
    /// How much is held.
    pub used: u32,
    /// How many wait for it.
    pub waiting: u32,
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

    /// The task that a request has made, if it was that request.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn made_by_request(&self, once: &Once) -> Result<Option<Made>> {
        let made = request_keys::made(self.conn, once.key.as_str())?;
        Ok(made.filter(|(_, request)| *request == once.request).map(|(made, _)| made))
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
        let mut waits_for = Vec::new();
        if let Some(State::Blocked { by, .. }) = occurrence.as_ref().map(|o| &o.state) {
            for blocker in by {
                if let Blocker::Dependency { task } = blocker {
                    waits_for.extend(tasks::get(self.conn, *task)?);
                }
            }
        }
        Ok(CardRow { task, column, occurrence, run, waits_for })
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

    /// Tasks as cards, in the order and of the kind that is asked for.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn list(&self, query: &ListQuery) -> Result<Page<CardRow>> {
        let Page { items, next } = list::walk(self.conn, query)?;
        let items = items.into_iter().map(|task| self.card_of(task)).collect::<Result<_>>()?;
        Ok(Page { items, next })
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

    /// SHA-256 of everything that runs left behind and of which there is a copy, the runs of
    /// `without` left out.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn artifacts_in_use(&self, without: &HashSet<RunId>) -> Result<HashSet<String>> {
        Ok(artifacts::in_use(self.conn, without)?)
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

    /// What there is to do at `now` beside starting work: at most `at_once` of each kind.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn agenda(&self, now: Timestamp, at_once: u32) -> Result<Agenda> {
        let ready = line::next_ready(self.conn)?;
        let next = [
            ready.filter(|at| *at > now),
            occurrences::next_stale(self.conn, now)?,
            tasks::next_due(self.conn, now)?,
        ];
        Ok(Agenda {
            follow_ups: follow_ups::any(self.conn)?,
            line_up: ready.is_some_and(|at| at <= now),
            due: tasks::to_advance(self.conn, now, at_once)?,
            stale: occurrences::stale(self.conn, now, at_once)?,
            next: next.into_iter().flatten().min(),
        })
    }

    /// The lanes in which something may start at `now`; it costs a few steps a lane, however much
    /// waits.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn heads(&self, now: Timestamp) -> Result<Heads> {
        Ok(line::heads(self.conn, now)?)
    }

    /// What may start in a lane at `now`, in the order in which it should.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn ready(&self, lane: &Lane, now: Timestamp, limit: u32) -> Result<Vec<ReadyRow>> {
        Ok(line::ready(self.conn, lane, now, limit)?)
    }

    /// How much waits, lane by lane. It counts all of it.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn waiting(&self, now: Timestamp) -> Result<Vec<Waiting>> {
        Ok(line::waiting(self.conn, now)?)
    }

    /// What the engine keeps of itself, by name.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn engine_state<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        Ok(engine_state::get(self.conn, name)?)
    }

    /// Tasks whose schedules come due next, the next first.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn upcoming(&self, limit: u32) -> Result<Vec<Task>> {
        Ok(tasks::upcoming(self.conn, limit)?)
    }

    /// The tasks that `task` waits for.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn predecessors(&self, task: &Task) -> Result<Vec<PeerRow>> {
        self.peers(task.definition.predecessors().copied())
    }

    /// The tasks that wait for `task`.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn dependents(&self, task: TaskId, limit: u32) -> Result<Vec<PeerRow>> {
        self.peers(dependencies::dependents(self.conn, task, limit)?.into_iter())
    }

    fn peers(&self, ids: impl Iterator<Item = TaskId>) -> Result<Vec<PeerRow>> {
        let mut peers = Vec::new();
        for id in ids {
            let Some(task) = tasks::get(self.conn, id)? else { continue };
            let occurrences = occurrences::live_and_last(self.conn, id)?;
            let column = coarse::column(&task, &occurrences);
            peers.push(PeerRow { task, column });
        }
        Ok(peers)
    }

    /// Everything that was told from outside.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn facts(&self) -> Result<Vec<FactRow>> {
        Ok(facts::all(self.conn)?)
    }

    /// Every resource that was described, or that somebody holds or waits for.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn resources(&self) -> Result<Vec<ResourceRow>> {
        let described = resources::all(self.conn)?;
        let mut waiting: BTreeMap<String, u32> =
            ties::resources_in_use(self.conn)?.into_iter().collect();
        let mut capacities: BTreeMap<String, u32> =
            waiting.keys().map(|name| (name.clone(), DEFAULT_CAPACITY)).collect();
        capacities.extend(described);
        capacities
            .into_iter()
            .map(|(name, capacity)| {
                Ok(ResourceRow {
                    used: ties::used(self.conn, &name)?,
                    waiting: waiting.remove(&name).unwrap_or(0),
                    name,
                    capacity,
                })
            })
            .collect()
    }

    /// Every template, by name.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn templates(&self) -> Result<Vec<Template>> {
        Ok(templates::all(self.conn)?)
    }

    /// The template of a name.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn template(&self, name: &str) -> Result<Option<Template>> {
        Ok(templates::get(self.conn, name)?)
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

    /// Whether the database was put in the place of another one, and its live runs may be at work
    /// elsewhere.
    ///
    /// # Errors
    /// As [`Reader::task`].
    pub fn restored(&self) -> Result<bool> {
        Ok(flags::is_set(self.conn, Flag::Restored)?)
    }
}

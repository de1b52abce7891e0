//! The rows that the writer has at hand.
//!
//! What was read or written lately is kept, so that a command about something that has just moved
//! reads nothing. Tasks, occurrences and runs that change are written when the transaction ends,
//! or before a query that could see them: what several commands of one transaction change is
//! written once. Everything else is written as it comes.
//!
//! What is here follows from what is committed and from the transaction that is open. When that
//! fails, all of it is forgotten.

mod held;
mod ready;
mod recent;

use crate::table::counters::Counters;
use crate::table::occurrences::Line;
use crate::table::{dependencies, events, occurrences, reports, runs, tasks, ties};
use aegis_domain::{
    Event, EventSeq, NewEvent, Occurrence, OccurrenceId, Run, RunId, ShortId, State, StateName,
    Task, TaskId, Timestamp, coarse,
};
use held::{Family, HeldOccurrence, HeldRun, HeldTask};
use recent::Recent;
use rusqlite::{Connection, Result};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows of each kind that a generation may have: some megabytes of ordinary tasks.
const AT_HAND: usize = 4096;

/// What the writer remembers from one transaction to the next.
#[derive(Default)]
pub(crate) struct Rows {
    tasks: Recent<TaskId, HeldTask>,
    occurrences: Recent<OccurrenceId, HeldOccurrence>,
    runs: Recent<RunId, HeldRun>,
    counters: Option<Counters>,
    unwritten: Unwritten,
    queued: Queued,
}

/// What the open transaction has changed and not written yet, in the order of the changes.
#[derive(Default)]
struct Unwritten {
    tasks: Vec<TaskId>,
    /// Those of new tasks.
    short_ids: BTreeSet<String>,
    occurrences: Vec<OccurrenceId>,
    runs: Vec<RunId>,
    /// Tasks whose place on the board follows from something that changed.
    standings: Vec<TaskId>,
    events: Vec<Event>,
}

/// What got ready in the open transaction, and when.
type Queued = Vec<(OccurrenceId, Timestamp)>;

impl Rows {
    /// The transaction is committed: what has not been asked for lately may go.
    pub(crate) fn committed(&mut self) {
        self.tasks.age(AT_HAND);
        self.occurrences.age(AT_HAND);
        self.runs.age(AT_HAND);
        self.queued.clear();
    }

    /// The transaction is rolled back: nothing of it is true.
    pub(crate) fn forget(&mut self) {
        self.tasks.clear();
        self.occurrences.clear();
        self.runs.clear();
        self.counters = None;
        self.unwritten = Unwritten::default();
        self.queued.clear();
    }
}

/// A transaction under way, with the rows at hand.
pub(crate) struct Tx<'a> {
    conn: &'a Connection,
    rows: &'a mut Rows,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(conn: &'a Connection, rows: &'a mut Rows) -> Self {
        Self { conn, rows }
    }

    /// The database without what is not written yet: only for tables that are written at once.
    pub(crate) fn beside(&self) -> &'a Connection {
        self.conn
    }

    /// The database with everything that has changed so far.
    pub(crate) fn written(&mut self) -> Result<&'a Connection> {
        self.write()?;
        Ok(self.conn)
    }

    /// Somebody has changed the database past the rows at hand, after they were written.
    pub(crate) fn forget(&mut self) {
        let queued = std::mem::take(&mut self.rows.queued);
        self.rows.forget();
        self.rows.queued = queued;
    }

    pub(crate) fn counters(&mut self) -> Result<&mut Counters> {
        if self.rows.counters.is_none() {
            self.rows.counters = Some(Counters::read(self.conn)?);
        }
        // Filled a line above.
        self.rows.counters.as_mut().ok_or(rusqlite::Error::QueryReturnedNoRows)
    }

    pub(crate) fn task(&mut self, id: TaskId) -> Result<Option<Arc<Task>>> {
        Ok(self.held_task(id)?.map(|held| Arc::clone(&held.row)))
    }

    fn held_task(&mut self, id: TaskId) -> Result<Option<&mut HeldTask>> {
        if self.rows.tasks.get_mut(id).is_none() {
            // One that is not at hand has nothing unwritten.
            let Some(task) = tasks::get(self.conn, id)? else { return Ok(None) };
            self.rows.tasks.insert(id, HeldTask::stored(task));
        }
        Ok(self.rows.tasks.get_mut(id))
    }

    pub(crate) fn occurrence(&mut self, id: OccurrenceId) -> Result<Option<Arc<Occurrence>>> {
        Ok(self.held_occurrence(id)?.map(|held| Arc::clone(&held.row)))
    }

    fn held_occurrence(&mut self, id: OccurrenceId) -> Result<Option<&mut HeldOccurrence>> {
        if self.rows.occurrences.get_mut(id).is_none() {
            let Some(occurrence) = occurrences::get(self.conn, id)? else { return Ok(None) };
            self.rows.occurrences.insert(id, HeldOccurrence::stored(occurrence));
        }
        Ok(self.rows.occurrences.get_mut(id))
    }

    pub(crate) fn run(&mut self, id: RunId) -> Result<Option<Arc<Run>>> {
        if let Some(held) = self.rows.runs.get_mut(id) {
            return Ok(Some(Arc::clone(&held.row)));
        }
        let Some(run) = runs::get(self.conn, id)? else { return Ok(None) };
        Ok(Some(Arc::clone(&self.rows.runs.insert(id, HeldRun::stored(run)).row)))
    }

    /// An occurrence's last attempt.
    pub(crate) fn last_run(&mut self, of: OccurrenceId) -> Result<Option<Arc<Run>>> {
        let known = self.held_occurrence(of)?.and_then(|held| held.last_run);
        if let Some(last) = known {
            return last.map_or(Ok(None), |run| self.run(run));
        }
        let last = runs::last_of(self.written()?, of)?;
        if let Some(held) = self.rows.occurrences.get_mut(of) {
            held.last_run = Some(last.as_ref().map(|run| run.id));
        }
        last.map_or(Ok(None), |run| self.run(run.id))
    }

    /// A task's live occurrences, and its last terminal one that was not skipped.
    pub(crate) fn live_and_last(&mut self, task: TaskId) -> Result<Vec<Arc<Occurrence>>> {
        let Some(family) = self.family(task)? else { return Ok(Vec::new()) };
        let mut all = Vec::with_capacity(family.live.len() + 1);
        for id in family.live.into_iter().chain(family.last) {
            all.extend(self.occurrence(id)?);
        }
        Ok(all)
    }

    /// A task's last terminal occurrence that was not skipped, `than` left out.
    pub(crate) fn ended_before(&mut self, than: &Occurrence) -> Result<Option<Arc<Occurrence>>> {
        let last = self.family(than.task)?.and_then(|family| family.last);
        match last {
            Some(last) if last == than.id => {
                Ok(occurrences::ended_before(self.written()?, than)?.map(Arc::new))
            }
            Some(last) => self.occurrence(last),
            None => Ok(None),
        }
    }

    fn family(&mut self, task: TaskId) -> Result<Option<Family>> {
        match self.held_task(task)? {
            None => return Ok(None),
            Some(held) if held.family.is_some() => return Ok(held.family.clone()),
            Some(_) => {}
        }
        let mut family = Family::default();
        for occurrence in occurrences::live_and_last(self.written()?, task)? {
            family.put(&occurrence);
            // What is at hand is at least as new.
            if self.rows.occurrences.get_mut(occurrence.id).is_none() {
                self.rows.occurrences.insert(occurrence.id, HeldOccurrence::stored(occurrence));
            }
        }
        if let Some(held) = self.rows.tasks.get_mut(task) {
            held.family = Some(family.clone());
        }
        Ok(Some(family))
    }

    /// Changes a task, or makes one: one that was never read in this transaction is new.
    pub(crate) fn put_task(&mut self, task: Task, now: Timestamp) -> Result<()> {
        let id = task.id;
        let names_others = task.definition.predecessors().next().is_some();
        let named_others = match self.rows.tasks.get_mut(id) {
            Some(held) => {
                let named = held.row.definition.predecessors().next().is_some();
                held.row = Arc::new(task);
                if !held.changed {
                    held.changed = true;
                    self.rows.unwritten.tasks.push(id);
                }
                named
            }
            None => {
                self.rows.unwritten.short_ids.insert(task.short_id.as_str().to_owned());
                self.rows.tasks.insert(id, HeldTask::new(task));
                self.rows.unwritten.tasks.push(id);
                false
            }
        };
        self.touch(id, now)?;
        if names_others || named_others {
            let conn = self.written()?;
            if let Some(task) = self.task(id)? {
                dependencies::put(conn, &task)?;
            }
        }
        Ok(())
    }

    /// Changes an occurrence, or makes one.
    pub(crate) fn put_occurrence(&mut self, occurrence: Occurrence, now: Timestamp) -> Result<()> {
        let (id, task) = (occurrence.id, occurrence.task);
        if occurrence.may_start(now) {
            self.rows.queued.push((id, now));
        }
        let mut tied = is_tied(&occurrence);
        if let Some(family) = self.rows.tasks.get_mut(task).and_then(|held| held.family.as_mut()) {
            family.put(&occurrence);
        }
        match self.rows.occurrences.get_mut(id) {
            Some(held) => {
                tied |= is_tied(&held.row);
                held.row = Arc::new(occurrence);
                if held.changed.replace(now).is_none() {
                    self.rows.unwritten.occurrences.push(id);
                }
            }
            None => {
                self.rows.occurrences.insert(id, HeldOccurrence::new(occurrence, now));
                self.rows.unwritten.occurrences.push(id);
            }
        }
        self.touch(task, now)?;
        if tied {
            let conn = self.written()?;
            if let Some(occurrence) = self.occurrence(id)? {
                ties::put(conn, &occurrence)?;
            }
        }
        Ok(())
    }

    /// Changes a run, or makes one.
    pub(crate) fn put_run(&mut self, run: Run) {
        let (id, of) = (run.id, run.occurrence);
        match self.rows.runs.get_mut(id) {
            Some(held) => {
                held.row = Arc::new(run);
                if !held.changed {
                    held.changed = true;
                    self.rows.unwritten.runs.push(id);
                }
            }
            None => {
                // The newest attempt is the one with the highest number, and that is a new one.
                if let Some(held) = self.rows.occurrences.get_mut(of) {
                    held.last_run = Some(Some(id));
                }
                self.rows.runs.insert(id, HeldRun::new(run));
                self.rows.unwritten.runs.push(id);
            }
        }
    }

    /// Of the short ids that `id` may take, those in use.
    pub(crate) fn taken_short_ids(&mut self, id: TaskId) -> Result<BTreeSet<String>> {
        let mut taken = BTreeSet::new();
        for candidate in ShortId::candidates(id) {
            let new = self.rows.unwritten.short_ids.contains(candidate.as_str());
            if !new && !tasks::is_short_id_taken(self.conn, candidate.as_str())? {
                break;
            }
            taken.insert(candidate.as_str().to_owned());
        }
        Ok(taken)
    }

    /// Gives what happened its place in the sequence, and notes it.
    pub(crate) fn append(&mut self, event: NewEvent) -> Result<Event> {
        let counters = self.counters()?;
        let event = Event { seq: EventSeq(counters.last_seq() + 1), what: event };
        counters.seq_given(event.seq.0);
        self.rows.unwritten.events.push(event.clone());
        Ok(event)
    }

    /// Something that a task's place on the board follows from has changed.
    fn touch(&mut self, task: TaskId, now: Timestamp) -> Result<()> {
        if let Some(held) = self.held_task(task)? {
            let first = held.touched.replace(now).is_none();
            if first {
                self.rows.unwritten.standings.push(task);
            }
        }
        Ok(())
    }

    /// Writes what has changed.
    pub(crate) fn write(&mut self) -> Result<()> {
        let unwritten = std::mem::take(&mut self.rows.unwritten);
        for id in unwritten.tasks {
            self.write_task(id)?;
        }
        for id in unwritten.occurrences {
            self.write_occurrence(id)?;
        }
        for id in unwritten.runs {
            if let Some(held) = self.rows.runs.get_mut(id) {
                held.write(self.conn)?;
            }
        }
        for id in unwritten.standings {
            self.write_standing(id)?;
        }
        events::insert(self.conn, &unwritten.events)?;
        for event in &unwritten.events {
            reports::compact(self.conn, event)?;
        }
        if let Some(counters) = &mut self.rows.counters {
            counters.write(self.conn)?;
        }
        Ok(())
    }

    /// Writes a task; its place on the board too, if that follows from what is at hand.
    fn write_task(&mut self, id: TaskId) -> Result<()> {
        let at_hand = self.rows.tasks.get_mut(id).is_some_and(|held| held.family.is_some());
        let standing = if at_hand { self.standing(id)? } else { None };
        if let Some(held) = self.rows.tasks.get_mut(id) {
            held.write(self.conn, standing)?;
        }
        Ok(())
    }

    fn write_occurrence(&mut self, id: OccurrenceId) -> Result<()> {
        let Some(occurrence) = self.occurrence(id)? else { return Ok(()) };
        // Only what is queued stands in a line.
        let queued = matches!(occurrence.state, State::Queued { .. });
        let task = if queued { self.task(occurrence.task)? } else { None };
        let line = task.map(|task| Line::of(&task));
        match self.rows.occurrences.get_mut(id) {
            Some(held) => held.write(self.conn, line.as_ref()),
            None => Ok(()),
        }
    }

    fn write_standing(&mut self, id: TaskId) -> Result<()> {
        let waits = self.rows.tasks.get_mut(id).is_some_and(|held| held.touched.is_some());
        if waits
            && let Some(standing) = self.standing(id)?
            && let Some(held) = self.rows.tasks.get_mut(id)
        {
            tasks::put_standing(self.conn, held.row.number, &standing)?;
            held.touched = None;
        }
        Ok(())
    }

    /// What a task that was touched shows, and since when.
    fn standing(&mut self, id: TaskId) -> Result<Option<tasks::Standing>> {
        let touched = self.rows.tasks.get_mut(id).and_then(|held| held.touched);
        let (Some(since), Some(task)) = (touched, self.task(id)?) else { return Ok(None) };
        let occurrences = self.live_and_last(id)?;
        Ok(Some(tasks::Standing {
            column: coarse::column(&task, &occurrences),
            state: coarse::state(&task, &occurrences),
            since,
        }))
    }
}

/// Whether it waits for something or holds something that others can see.
fn is_tied(occurrence: &Occurrence) -> bool {
    matches!(occurrence.state, State::Blocked { .. }) || !occurrence.holds.is_empty()
}

impl Family {
    /// Keeps the family with what `occurrence` is now.
    fn put(&mut self, occurrence: &Occurrence) {
        self.live.retain(|id| *id != occurrence.id);
        if !occurrence.state.is_terminal() {
            self.live.push(occurrence.id);
        } else if occurrence.state.name() != StateName::Skipped {
            self.last = Some(occurrence.id);
        }
    }
}

//! Taking everything in again, all or nothing.

use super::ImportError;
use super::merge;
use super::record::{Header, Record};
use super::source::Source;
use crate::apply::{Fault, apply};
use crate::open::for_writing;
use crate::rows::{Rows, Tx};
use crate::table::counters::Counters;
use crate::table::occurrences::Line;
use crate::table::tasks::Standing;
use crate::table::{
    dependencies, engine_state, events, follow_ups, occurrences, request_keys, rules, runs,
    spending, tasks, ties, to_text, tool_uses, unique_keys,
};
use crate::{StoreOptions, WriteError};
use aegis_domain::hold::{Hold, HoldMode, Scope};
use aegis_domain::machine::Command;
use aegis_domain::{
    Actor, Ctx, Event, EventSeq, Occurrence, Run, RunId, ShortId, State, Task, TaskId, Timestamp,
    coarse,
};
use rusqlite::{Connection, TransactionBehavior};
use serde::Serialize;
use std::io::BufRead;
use std::path::Path;

/// What there may be in the data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// Nothing.
    Empty,
    /// Anything: what is there stays as it is.
    Existing,
}

/// What was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Tasks that were taken in.
    pub tasks: u64,
    /// Tasks that were there already, and stayed as they were.
    pub skipped: u64,
    /// Tasks that got another number, because theirs was taken.
    pub renumbered: u64,
    /// Tasks that lost their slug, because it was taken.
    pub without_slug: u64,
    /// Resources, facts and templates of names that were there already.
    pub kept_names: u64,
    /// Runs that had not ended: they count as cut off.
    pub cut_off: u64,
}

/// Takes an export in. Memory does not grow with its length.
///
/// The caller holds the lock of the data directory: no engine works with it.
///
/// # Errors
/// [`ImportError`]: nothing has changed.
pub fn import(
    dir: &Path,
    from: impl BufRead,
    into: Destination,
    mut ctx: Ctx,
) -> Result<Imported, ImportError> {
    // A file that is none makes no database.
    let (mut source, header) = Source::open(from)?;
    let mut conn = for_writing(dir, StoreOptions::default())?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // A task may depend on one that comes after it.
    tx.pragma_update(None, "defer_foreign_keys", "ON")?;
    if into == Destination::Empty && !merge::is_empty(&tx)? {
        return Err(ImportError::NotEmpty);
    }
    merge::begin(&tx)?;
    let mut taking = Taking {
        conn: &tx,
        into,
        done: Imported::default(),
        counters: Counters::read(&tx)?,
        live: Vec::new(),
    };
    taking.header(&header, ctx.now)?;
    while let Some(record) = source.next()? {
        taking.take(record, &mut ctx).map_err(|fault| match fault {
            Refusal::Line(detail) => source.refuse(detail),
            Refusal::Import(error) => error,
        })?;
    }
    taking.finish(&mut ctx)?;
    let done = taking.done;
    merge::end(&tx)?;
    tx.commit()?;
    // It is done. A log that stays is folded back by the next start.
    if let Err(error) = conn.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the write-ahead log of an import stays");
    }
    Ok(done)
}

/// Why a record is not taken in.
enum Refusal {
    /// It is at fault.
    Line(String),
    /// Something else is.
    Import(ImportError),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{ConstraintViolation, TypeMismatch};
        match error.sqlite_error_code() {
            Some(ConstraintViolation | TypeMismatch) => Self::Line(error.to_string()),
            None => Self::Line(error.to_string()),
            Some(_) => Self::Import(error.into()),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Clean(WriteError::Refused(refused))
            | Fault::Dirty(WriteError::Refused(refused)) => Self::Line(refused.to_string()),
            Fault::Clean(WriteError::Store(error)) | Fault::Dirty(WriteError::Store(error)) => {
                Self::Import(error.into())
            }
        }
    }
}

/// An import under way.
struct Taking<'a> {
    conn: &'a Connection,
    into: Destination,
    done: Imported,
    counters: Counters,
    /// Runs that had not ended.
    live: Vec<RunId>,
}

impl Taking<'_> {
    fn header(&mut self, header: &Header, now: Timestamp) -> Result<(), ImportError> {
        self.counters.task_number_given(header.task_number);
        self.counters.token_given(header.fencing_token);
        if self.into == Destination::Empty {
            let mut holds = header.holds.clone();
            if header.paused {
                let (scope, mode, by) = (Scope::All, HoldMode::Pause, Actor::System);
                holds.put(Hold { scope, mode, since: now, by });
            }
            engine_state::put(self.conn, engine_state::HOLDS, &to_text(&holds)?)?;
        }
        Ok(())
    }

    fn take(&mut self, record: Record, ctx: &mut Ctx) -> Result<(), Refusal> {
        match record {
            Record::Resource { name, capacity } => {
                let capacity = Some(capacity);
                self.named("resources", &name.clone(), Command::SetResource { name, capacity }, ctx)
            }
            Record::Fact { name, value, updated_at } => {
                // It was told when it was told.
                let mut then = Ctx::new(updated_at, ctx.entropy.next());
                let value = Some(value);
                self.named("facts", &name.clone(), Command::SetFact { name, value }, &mut then)
            }
            Record::Template(template) => {
                let template = template.check().map_err(|e| Refusal::Line(e.to_string()))?;
                let name = template.name().to_owned();
                let template = Box::new(template);
                self.named("templates", &name, Command::SaveTemplate { template }, ctx)
            }
            Record::Rule(rule) => {
                rule.says.check().map_err(|e| Refusal::Line(e.to_string()))?;
                if !rules::exists(self.conn, rule.id)? {
                    rules::put(self.conn, rule.id, Some(&rule))?;
                }
                Ok(())
            }
            Record::Task { shown_since, task } => self.task(*task, shown_since),
            Record::Occurrence(occurrence) => {
                if !self.belongs(occurrence.task)? {
                    return Ok(());
                }
                self.occurrence(&occurrence, ctx.now)
            }
            Record::Run(run) => self.run(*run),
            Record::ToolUse(used) => {
                let known = match used.task {
                    Some(task) => self.belongs(task)?,
                    None => self.into == Destination::Empty,
                };
                if known {
                    tool_uses::insert(self.conn, &used)?;
                }
                Ok(())
            }
            Record::Spending { task, at, cost, back } => {
                if self.belongs(task)? {
                    spending::add(self.conn, task, at, spending::difference(back, cost))?;
                }
                Ok(())
            }
            Record::Event(event) => match self.into {
                Destination::Empty => self.event(&event),
                Destination::Existing if self.belongs(event.what.task)? => {
                    let seq = EventSeq(self.counters.last_seq() + 1);
                    self.event(&Event { seq, what: event.what })
                }
                Destination::Existing => Ok(()),
            },
            Record::FollowUp(command) => Ok(follow_ups::put(self.conn, &command)?),
            Record::PastInstants { task, instants } => {
                if self.belongs(task)? {
                    for at in instants {
                        occurrences::put_past(self.conn, task, at)?;
                    }
                }
                Ok(())
            }
            Record::RequestKey { once, task, at } => {
                // A key that is there already goes on to name what it named.
                if self.belongs(task)?
                    && request_keys::made(self.conn, once.key.as_str())?.is_none()
                {
                    request_keys::put(self.conn, &once, task, at)?;
                }
                Ok(())
            }
            Record::UniqueKey { key, task } => {
                if self.belongs(task)? {
                    unique_keys::put(self.conn, &key, task)?;
                }
                Ok(())
            }
            // The source takes the last line for itself.
            Record::End { .. } => Ok(()),
        }
    }

    /// What has a name of its own goes through the same check as when somebody says it.
    fn named(
        &mut self,
        table: &str,
        name: &str,
        command: Command,
        ctx: &mut Ctx,
    ) -> Result<(), Refusal> {
        if merge::is_named(self.conn, table, name)? {
            if self.into == Destination::Empty {
                return Err(Refusal::Line(format!("“{name}” stands here twice")));
            }
            self.done.kept_names += 1;
            return Ok(());
        }
        Ok(self.apply(command, ctx)?)
    }

    /// Has the machine do it, on what has been taken in so far.
    fn apply(&mut self, command: Command, ctx: &mut Ctx) -> Result<(), Fault> {
        self.counters.write(self.conn)?;
        let mut rows = Rows::default();
        let mut tx = Tx::new(self.conn, &mut rows);
        apply(&mut tx, command, ctx)?;
        tx.write()?;
        self.counters = Counters::read(self.conn)?;
        Ok(())
    }

    fn occurrence(&mut self, occurrence: &Occurrence, now: Timestamp) -> Result<(), Refusal> {
        self.refuse_known("occurrences", occurrence.id.0)?;
        let task = tasks::get(self.conn, occurrence.task)?;
        let line = task.filter(|_| matches!(occurrence.state, State::Queued { .. }));
        occurrences::insert(self.conn, occurrence, line.map(|t| Line::of(&t)).as_ref(), now)?;
        Ok(ties::put(self.conn, occurrence)?)
    }

    fn event(&mut self, event: &Event) -> Result<(), Refusal> {
        self.counters.seq_given(event.seq.0);
        Ok(events::insert(self.conn, std::slice::from_ref(event))?)
    }

    fn task(&mut self, mut task: Task, shown_since: Timestamp) -> Result<(), Refusal> {
        if !ShortId::candidates(task.id).any(|candidate| candidate == task.short_id) {
            return Err(Refusal::Line("its short id is not one of its id's".to_owned()));
        }
        if self.into == Destination::Existing {
            if tasks::get(self.conn, task.id)?.is_some() {
                self.done.skipped += 1;
                return Ok(());
            }
            self.rename(&mut task)?;
        } else {
            self.refuse_known("tasks", task.id.0)?;
        }
        tasks::insert(self.conn, &task, Some(&standing(&task, &[], shown_since)))?;
        dependencies::put(self.conn, &task)?;
        self.counters.task_number_given(task.number.0);
        merge::added(self.conn, task.id, shown_since)?;
        self.done.tasks += 1;
        Ok(())
    }

    /// Gives a task other names where its own are taken.
    fn rename(&mut self, task: &mut Task) -> Result<(), Refusal> {
        if merge::is_taken(self.conn, task.number)? {
            task.number.0 = self.counters.next_task_number();
            self.done.renumbered += 1;
        }
        let free = ShortId::candidates(task.id)
            .find(|c| !matches!(tasks::is_short_id_taken(self.conn, c.as_str()), Ok(true)));
        task.short_id = free.ok_or_else(|| Refusal::Line("its short ids are taken".to_owned()))?;
        let slug = task.definition.slug.as_ref();
        if slug.is_some_and(|slug| !matches!(tasks::with_slug(self.conn, slug.as_str()), Ok(None)))
        {
            task.definition.slug = None;
            self.done.without_slug += 1;
        }
        Ok(())
    }

    fn run(&mut self, mut run: Run) -> Result<(), Refusal> {
        if !self.belongs(run.task)? {
            return Ok(());
        }
        self.refuse_known("runs", run.id.0)?;
        if self.into == Destination::Existing {
            run.token.0 = self.counters.next_token();
        }
        if run.end.is_none() {
            self.live.push(run.id);
        }
        self.counters.token_given(run.token.0);
        Ok(runs::insert(self.conn, &run)?)
    }

    /// Whether what belongs to `task` is taken in.
    fn belongs(&self, task: TaskId) -> Result<bool, Refusal> {
        Ok(self.into == Destination::Empty || merge::is_added(self.conn, task)?)
    }

    /// Refuses an id that is there already.
    fn refuse_known(&self, table: &str, id: uuid::Uuid) -> Result<(), Refusal> {
        if merge::is_there(self.conn, table, id)? {
            return Err(Refusal::Line(format!("there is one of the id {id} already")));
        }
        Ok(())
    }

    /// Puts every task where its occurrences say, and ends what cannot be at work here.
    fn finish(&mut self, ctx: &mut Ctx) -> Result<(), ImportError> {
        if let Some((table, parent)) = merge::dangling(self.conn)? {
            return Err(ImportError::Incomplete { table, parent });
        }
        merge::each_added(self.conn, |id, shown_since| {
            let all = occurrences::live_and_last(self.conn, id)?;
            if let (false, Some(task)) = (all.is_empty(), tasks::get(self.conn, id)?) {
                tasks::put_standing(self.conn, task.number, &standing(&task, &all, shown_since))?;
            }
            Ok(())
        })?;
        // Its processes, should there be any, belong to whoever wrote the export.
        for run in std::mem::take(&mut self.live) {
            match self.apply(Command::Interrupt { run }, ctx) {
                Ok(_) => self.done.cut_off += 1,
                // Its occurrence has gone on without it.
                Err(Fault::Clean(WriteError::Refused(_))) => {}
                Err(Fault::Clean(error) | Fault::Dirty(error)) => {
                    let detail = error.to_string();
                    return Err(match error {
                        WriteError::Store(error) => error.into(),
                        WriteError::Refused(_) => crate::StoreError::Sqlite(detail).into(),
                    });
                }
            }
        }
        self.counters.write(self.conn)?;
        Ok(())
    }
}

fn standing(task: &Task, occurrences: &[Occurrence], since: Timestamp) -> Standing {
    Standing {
        column: coarse::column(task, occurrences),
        state: coarse::state(task, occurrences),
        since,
    }
}

//! Taking everything in again, all or nothing.

use super::ImportError;
use super::merge;
use super::record::{Header, Record};
use super::source::Source;
use crate::apply::{Fault, apply};
use crate::open::for_writing;
use crate::table::{
    counters, dependencies, engine_state, events, follow_ups, occurrences, runs, tasks, to_text,
};
use crate::{StoreOptions, WriteError};
use aegis_domain::hold::{Hold, HoldMode, Scope};
use aegis_domain::machine::Command;
use aegis_domain::{Actor, Ctx, Run, RunId, ShortId, Task, TaskId, Timestamp, coarse};
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
    let mut taking = Taking { conn: &tx, into, done: Imported::default(), live: Vec::new() };
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
    conn.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
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
    /// Runs that had not ended.
    live: Vec<RunId>,
}

impl Taking<'_> {
    fn header(&self, header: &Header, now: Timestamp) -> Result<(), ImportError> {
        counters::task_number_given(self.conn, header.task_number)?;
        counters::token_given(self.conn, header.fencing_token)?;
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
            Record::Task { shown_since, task } => self.task(*task, shown_since),
            Record::Occurrence(occurrence) => {
                if !self.belongs(occurrence.task)? {
                    return Ok(());
                }
                self.refuse_known("occurrences", occurrence.id.0)?;
                Ok(occurrences::put(self.conn, &occurrence)?)
            }
            Record::Run(run) => self.run(*run),
            Record::Event(event) => match self.into {
                Destination::Empty => Ok(events::put(self.conn, &event)?),
                Destination::Existing if self.belongs(event.what.task)? => {
                    Ok(events::append(self.conn, event.what).map(drop)?)
                }
                Destination::Existing => Ok(()),
            },
            Record::FollowUp(command) => Ok(follow_ups::put(self.conn, &command)?),
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
        apply(self.conn, command, ctx)?;
        Ok(())
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
        tasks::put(self.conn, &task)?;
        dependencies::put(self.conn, &task)?;
        counters::task_number_given(self.conn, task.number.0)?;
        let (column, state) = (coarse::column(&task, &[]), coarse::state(&task, &[]));
        tasks::put_standing(self.conn, task.id, column, state, shown_since)?;
        merge::added(self.conn, task.id, shown_since)?;
        self.done.tasks += 1;
        Ok(())
    }

    /// Gives a task other names where its own are taken.
    fn rename(&mut self, task: &mut Task) -> Result<(), Refusal> {
        if merge::is_taken(self.conn, task.number)? {
            task.number.0 = counters::next_task_number(self.conn)?;
            self.done.renumbered += 1;
        }
        let taken = tasks::taken_short_ids(self.conn, task.id)?;
        let free = ShortId::candidates(task.id).find(|c| !taken.contains(c.as_str()));
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
            run.token.0 = counters::next_token(self.conn)?;
        }
        if run.end.is_none() {
            self.live.push(run.id);
        }
        runs::put(self.conn, &run)?;
        Ok(counters::token_given(self.conn, run.token.0)?)
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
                let (column, state) = (coarse::column(&task, &all), coarse::state(&task, &all));
                tasks::put_standing(self.conn, id, column, state, shown_since)?;
            }
            Ok(())
        })?;
        // Its processes, should there be any, belong to whoever wrote the export.
        for run in std::mem::take(&mut self.live) {
            match apply(self.conn, Command::Interrupt { run }, ctx) {
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
        Ok(())
    }
}

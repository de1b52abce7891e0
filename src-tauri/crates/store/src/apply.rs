//! One command inside a transaction: read its slice, ask the domain, write its decision.

use crate::WriteError;
use crate::table::{counters, events, occurrences, outbox, runs, tasks};
use aegis_domain::coarse;
use aegis_domain::machine::{
    self, Command, Decision, Hint, NextNumbers, Refused, Row, Slice, Subject,
};
use aegis_domain::{Ctx, Event, FencingToken, TaskId, TaskNumber};
use rusqlite::Connection;
use std::collections::{BTreeSet, VecDeque};

/// Follow-ups of one command, and of its follow-ups, that may run with it.
const MAX_FOLLOW_UPS: usize = 100;

/// What a command and its follow-ups did.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Rows as they are now; a row may stand here more than once, the last one counts.
    pub rows: Vec<Row>,
    pub(crate) hints: Vec<Hint>,
}

/// How far a command got before it failed.
pub(crate) enum Fault {
    /// It was refused before it wrote anything: the transaction can go on.
    Clean(WriteError),
    /// It failed half-way: the transaction has to be rolled back.
    Dirty(WriteError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Dirty(error.into())
    }
}

/// Applies `command` and its follow-ups.
pub(crate) fn apply(conn: &Connection, command: Command, ctx: &mut Ctx) -> Result<Applied, Fault> {
    let mut applied = Applied::default();
    let mut queue = VecDeque::from([command]);
    let mut touched = BTreeSet::new();
    let mut done = 0;
    while let Some(command) = queue.pop_front() {
        let slice = read_slice(conn, &command)?;
        let decision = machine::apply(&slice, &command, ctx).map_err(|refused| {
            if done == 0 { Fault::Clean(refused.into()) } else { Fault::Dirty(refused.into()) }
        })?;
        queue.extend(write(conn, decision, ctx, &mut applied, &mut touched)?);
        done += 1;
        if queue.len() + done > MAX_FOLLOW_UPS {
            return Err(Fault::Dirty(WriteError::Store(crate::StoreError::Sqlite(format!(
                "one command led to more than {MAX_FOLLOW_UPS} others"
            )))));
        }
    }
    for task in touched {
        refold(conn, task, ctx)?;
    }
    Ok(applied)
}

fn read_slice(conn: &Connection, command: &Command) -> Result<Slice, Fault> {
    let mut slice = Slice::default();
    match command.subject() {
        Subject::NewTask(id) => {
            slice.task = tasks::get(conn, id)?;
            slice.next.task = TaskNumber(counters::next_task_number(conn)?);
            slice.taken_short_ids = tasks::taken_short_ids(conn, id)?;
        }
        Subject::Task(id) => {
            slice.task = tasks::get(conn, id)?;
            slice.siblings = occurrences::live_and_last(conn, id)?;
            slice.next = next_for_run(conn, 1)?;
        }
        Subject::Occurrence(id) => {
            let occurrence = occurrences::get(conn, id)?
                .ok_or(Fault::Clean(Refused::NoSuchOccurrence.into()))?;
            slice.task = tasks::get(conn, occurrence.task)?;
            slice.run = runs::last_of(conn, id)?;
            slice.next = next_for_run(conn, slice.run.as_ref().map_or(1, |r| r.number + 1))?;
            slice.occurrence = Some(occurrence);
        }
        Subject::Run(id) => {
            let run = runs::get(conn, id)?.ok_or(Fault::Clean(Refused::NoSuchRun.into()))?;
            slice.task = tasks::get(conn, run.task)?;
            slice.occurrence = occurrences::get(conn, run.occurrence)?;
            slice.run = Some(run);
        }
    }
    Ok(slice)
}

fn next_for_run(conn: &Connection, number: u32) -> rusqlite::Result<NextNumbers> {
    Ok(NextNumbers {
        token: FencingToken(counters::next_token(conn)?),
        run: number,
        ..NextNumbers::default()
    })
}

/// Writes a decision and returns its follow-ups.
fn write(
    conn: &Connection,
    decision: Decision,
    ctx: &Ctx,
    applied: &mut Applied,
    touched: &mut BTreeSet<TaskId>,
) -> Result<Vec<Command>, Fault> {
    for row in &decision.rows {
        match row {
            Row::Task(task) => {
                let occurrences = occurrences::live_and_last(conn, task.id)?;
                tasks::put(conn, task, coarse::column(task, &occurrences))?;
                counters::task_number_given(conn, task.number.0)?;
                touched.insert(task.id);
            }
            Row::Occurrence(occurrence) => {
                occurrences::put(conn, occurrence)?;
                touched.insert(occurrence.task);
            }
            Row::Run(run) => {
                runs::put(conn, run)?;
                counters::token_given(conn, run.token.0)?;
            }
        }
    }
    for event in decision.events {
        applied.events.push(events::append(conn, event)?);
    }
    for outgoing in &decision.outbox {
        outbox::put(conn, outgoing, ctx.now)?;
    }
    applied.rows.extend(decision.rows);
    applied.hints.extend(decision.hints);
    Ok(decision.follow_ups)
}

/// Keeps a task's place on the board with the occurrences that it follows from.
fn refold(conn: &Connection, id: TaskId, ctx: &Ctx) -> rusqlite::Result<()> {
    if let Some(task) = tasks::get(conn, id)? {
        let occurrences = occurrences::live_and_last(conn, id)?;
        tasks::put_column(conn, id, coarse::column(&task, &occurrences), ctx.now)?;
    }
    Ok(())
}

//! One command inside a transaction: read its slice, ask the domain, write its decision.

use crate::table::{
    counters, dependencies, events, facts, follow_ups, occurrences, outbox, request_keys,
    resources, runs, tasks, templates, unique_keys,
};
use crate::{WriteError, slice};
use aegis_domain::coarse;
use aegis_domain::machine::{self, Command, Decision, Ended, Hint, Row};
use aegis_domain::{Ctx, Event, Task, TaskId, TaskNumber};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Follow-ups of one command, and of its follow-ups, that run with it; the rest waits its turn.
const MAX_FOLLOW_UPS: usize = 100;

/// Does some of the follow-ups that were left over; says whether there are more.
///
/// One that is refused meanwhile has lost its meaning: what it was about has moved on.
pub(crate) fn follow_up(conn: &Connection, ctx: &mut Ctx) -> Result<Applied, Fault> {
    let mut all = Applied::default();
    for (id, command) in follow_ups::first(conn, u32::try_from(MAX_FOLLOW_UPS).unwrap_or(100))? {
        follow_ups::done(conn, id)?;
        match apply(conn, command, ctx) {
            Ok(mut applied) => {
                all.events.append(&mut applied.events);
                all.rows.append(&mut applied.rows);
                all.hints.append(&mut applied.hints);
            }
            Err(Fault::Clean(WriteError::Refused(refused))) => {
                tracing::info!(%refused, "a follow-up has lost its meaning");
            }
            Err(Fault::Clean(error) | Fault::Dirty(error)) => return Err(Fault::Dirty(error)),
        }
    }
    if follow_ups::any(conn)? {
        all.hints.push(Hint::FollowUp);
    }
    Ok(all)
}

/// What a command and its follow-ups did.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Rows as they are now; a row may stand here more than once, the last one counts.
    pub rows: Vec<Row>,
    /// The task that the command was about, as it was before.
    pub task: Option<Task>,
    /// How the task's last occurrence before this one ended, for a claim.
    pub previous: Option<Ended>,
    /// How the tasks that it waited for ended, for a claim.
    pub upstream: BTreeMap<TaskNumber, Ended>,
    pub(crate) hints: Vec<Hint>,
}

/// How far a command got before it failed.
pub(crate) enum Fault {
    /// It was refused before it wrote anything: the transaction can go on.
    Clean(WriteError),
    /// It failed half-way: the transaction has to be rolled back.
    Dirty(WriteError),
}

/// Half of a command has been written by now.
fn dirty(fault: Fault) -> Fault {
    match fault {
        Fault::Clean(error) | Fault::Dirty(error) => Fault::Dirty(error),
    }
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
        if done > MAX_FOLLOW_UPS {
            follow_ups::put(conn, &command)?;
            continue;
        }
        let dirty = |fault| if done == 0 { fault } else { dirty(fault) };
        let slice = slice::read(conn, &command, ctx).map_err(dirty)?;
        let decision = machine::apply(&slice, &command, ctx)
            .map_err(|refused| dirty(Fault::Clean(refused.into())))?;
        queue.extend(write(conn, decision, ctx, &mut applied, &mut touched)?);
        if done == 0 {
            applied.upstream = slice.upstream_ends();
            (applied.task, applied.previous) = (slice.task, slice.previous);
        }
        done += 1;
    }
    if done > MAX_FOLLOW_UPS {
        applied.hints.push(Hint::FollowUp);
    }
    for task in touched {
        refold(conn, task, ctx)?;
    }
    Ok(applied)
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
                tasks::put(conn, task)?;
                dependencies::put(conn, task)?;
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
            Row::Resource { name, capacity } => resources::put(conn, name, *capacity)?,
            Row::Fact { name, value } => facts::put(conn, name, value.as_ref(), ctx.now)?,
            Row::Template { name, template } => templates::put(conn, name, template.as_deref())?,
            Row::RequestKey { once, task } => request_keys::put(conn, once, *task, ctx.now)?,
            Row::UniqueKey { key, task } => unique_keys::put(conn, key, *task)?,
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
        let (column, state) =
            (coarse::column(&task, &occurrences), coarse::state(&task, &occurrences));
        tasks::put_standing(conn, id, column, state, ctx.now)?;
    }
    Ok(())
}

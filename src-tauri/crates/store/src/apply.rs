//! One command inside a transaction: read its slice, ask the domain, write its decision.

use crate::rows::Tx;
use crate::table::{
    facts, follow_ups, outbox, request_keys, resources, rules, spending, templates, tool_uses,
    unique_keys,
};
use crate::{WriteError, slice};
use aegis_domain::machine::{self, Command, Decision, Ended, Hint, Row};
use aegis_domain::{Ctx, Event, Task, TaskNumber};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Follow-ups of one command, and of its follow-ups, that run with it; the rest waits its turn.
const MAX_FOLLOW_UPS: usize = 100;

/// Does some of the follow-ups that were left over; says whether there are more.
///
/// One that is refused meanwhile has lost its meaning: what it was about has moved on.
pub(crate) fn follow_up(tx: &mut Tx<'_>, ctx: &mut Ctx) -> Result<Applied, Fault> {
    let mut all = Applied::default();
    let first = follow_ups::first(tx.beside(), u32::try_from(MAX_FOLLOW_UPS).unwrap_or(100))?;
    for (id, command) in first {
        follow_ups::done(tx.beside(), id)?;
        match apply(tx, command, ctx) {
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
    if follow_ups::any(tx.beside())? {
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
    pub task: Option<Arc<Task>>,
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
pub(crate) fn apply(tx: &mut Tx<'_>, command: Command, ctx: &mut Ctx) -> Result<Applied, Fault> {
    let mut applied = Applied::default();
    let mut queue = VecDeque::from([command]);
    let mut done = 0;
    while let Some(command) = queue.pop_front() {
        if done > MAX_FOLLOW_UPS {
            follow_ups::put(tx.beside(), &command)?;
            continue;
        }
        let dirty = |fault| if done == 0 { fault } else { dirty(fault) };
        let slice = slice::read(tx, &command, ctx).map_err(dirty)?;
        let decision = machine::apply(&slice, &command, ctx)
            .map_err(|refused| dirty(Fault::Clean(refused.into())))?;
        queue.extend(write(tx, decision, ctx, &mut applied)?);
        if done == 0 {
            applied.upstream = slice.upstream_ends();
            (applied.task, applied.previous) = (slice.task, slice.previous);
        }
        done += 1;
    }
    if done > MAX_FOLLOW_UPS {
        applied.hints.push(Hint::FollowUp);
    }
    Ok(applied)
}

/// Writes a decision and returns its follow-ups.
fn write(
    tx: &mut Tx<'_>,
    decision: Decision,
    ctx: &Ctx,
    applied: &mut Applied,
) -> Result<Vec<Command>, Fault> {
    for row in &decision.rows {
        match row {
            Row::Task(task) => {
                tx.counters()?.task_number_given(task.number.0);
                tx.put_task(task.clone(), ctx.now)?;
            }
            Row::Occurrence(occurrence) => tx.put_occurrence(occurrence.clone(), ctx.now)?,
            Row::Run(run) => {
                tx.counters()?.token_given(run.token.0);
                tx.put_run(run.clone());
            }
            Row::Resource { name, capacity } => resources::put(tx.beside(), name, *capacity)?,
            Row::Fact { name, value } => facts::put(tx.beside(), name, value.as_ref(), ctx.now)?,
            Row::Template { name, template } => {
                templates::put(tx.beside(), name, template.as_deref())?;
            }
            Row::Rule { id, rule } => rules::put(tx.beside(), *id, rule.as_deref())?,
            Row::ToolUse(used) => tool_uses::insert(tx.beside(), used)?,
            Row::Spent { task, before, now } => {
                let more = spending::difference(*before, *now);
                spending::add(tx.beside(), *task, ctx.now, more)?;
            }
            Row::RequestKey { once, task } => {
                request_keys::put(tx.written()?, once, *task, ctx.now)?;
            }
            Row::UniqueKey { key, task } => unique_keys::put(tx.written()?, key, *task)?,
        }
    }
    for event in decision.events {
        applied.events.push(tx.append(event)?);
    }
    for outgoing in &decision.outbox {
        outbox::put(tx.beside(), outgoing, ctx.now)?;
    }
    applied.rows.extend(decision.rows);
    applied.hints.extend(decision.hints);
    Ok(decision.follow_ups)
}

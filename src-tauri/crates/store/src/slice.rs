//! Reading what a command may read.

use crate::apply::Fault;
use crate::rows::Tx;
use crate::table::{
    dependencies, facts, occurrences, request_keys, resources, rules, runs, spending, tasks,
    templates, ties, tool_uses, unique_keys,
};
use aegis_domain::budget::{Books, span_of};
use aegis_domain::idle::{Effort, LOOK_BACK};
use aegis_domain::machine::{
    Command, DEFAULT_CAPACITY, Ended, Maker, NextNumbers, Peer, Predecessor, Reads, Refused,
    ResourceState, Slice, Subject, Upstream,
};
use aegis_domain::policy::Taint;
use aegis_domain::{
    Ctx, Definition, ExecutorSpec, FencingToken, Guarded, Occurrence, Outcome, Period, Task,
    TaskId, TaskNumber,
};
use rusqlite::{Connection, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tasks that are looked at in the search for circles.
const MAX_UPSTREAM: usize = 100_000;

/// Every row that `command` may read.
pub(crate) fn read(
    tx: &mut Tx<'_>,
    command: &Command,
    ctx: &Ctx,
) -> std::result::Result<Slice, Fault> {
    let mut slice = of_subject(tx, command)?;
    let reads = command.reads();
    let task = slice.task.as_ref().map(|t| t.id);
    if reads.names {
        names(tx, command, ctx, &mut slice)?;
    }
    if reads.maker {
        slice.maker = maker(tx, command)?;
    }
    if reads.guard {
        slice.guarded = guarded(tx.written()?, command)?;
    }
    if let (true, Some(task)) = (reads.awaited, task) {
        slice.awaited = dependencies::any_on(tx.beside(), task)?;
        if let (false, Some(occurrence)) = (slice.awaited, &slice.occurrence) {
            slice.awaited = ties::any_waiting_for(tx.beside(), occurrence.id)?;
        }
    }
    if reads.gate {
        gate(tx, &mut slice)?;
    }
    if let (true, Some(occurrence)) = (reads.previous, &slice.occurrence) {
        slice.previous = previous(tx, occurrence)?;
    }
    if reads.resources {
        named_resources(tx.beside(), command, &mut slice)?;
    }
    if let (true, Some(task)) = (reads.waiting, task) {
        waiting(tx, command, task, &mut slice)?;
    }
    if let (true, Some(task)) = (reads.instants, &slice.task) {
        slice.instants = occurrences::instants(tx.written()?, task.id, task.cursor.min(ctx.now))?;
    }
    if let (Reads { fingerprint: true, .. }, Some(task)) = (reads, &slice.task)
        && task.definition.only_if_changed.is_some()
    {
        slice.fingerprint = runs::last_fingerprint(tx.written()?, task.id)?;
    }
    if let (true, Some(task)) = (reads.books, &slice.task) {
        slice.books = books(tx.beside(), task, ctx)?;
    }
    if reads.effort {
        effort(tx, ctx, &mut slice)?;
    }
    Ok(slice)
}

/// What has been spent of the budgets that there are.
fn books(conn: &Connection, task: &Task, ctx: &Ctx) -> Result<Books> {
    let since = |period| span_of(period, ctx.now, ctx.terms.zone).since;
    let mut books = Books::default();
    if ctx.terms.daily_budget.is_some() {
        books.day = spending::since(conn, since(Period::Day))?;
    }
    if let Some(budget) = task.definition.schedule_budget {
        books.schedule = spending::of_task(conn, task.id, since(budget.per))?;
    }
    Ok(books)
}

/// What the occurrence's runs did, and what the task's did before: of work that costs money alone.
fn effort(tx: &mut Tx<'_>, ctx: &Ctx, slice: &mut Slice) -> Result<()> {
    let (Some(task), Some(run)) = (&slice.task, &slice.run) else { return Ok(()) };
    let metered = |spec: &ExecutorSpec| ctx.terms.metered.contains(&spec.name);
    if !task.definition.executor.as_ref().is_some_and(metered) {
        return Ok(());
    }
    let conn = tx.written()?;
    let (tools, acts) = tool_uses::counted(conn, run.occurrence)?;
    let so_far = Effort { tools, acts, ..Effort::default() };
    let earlier = runs::earlier(conn, run.occurrence, run.number)?;
    let effort = earlier.iter().fold(so_far, |all, run| all.and(run.usage, run.artifacts.len()));
    slice.effort = Some(effort);
    slice.past = occurrences::past(conn, task.id, LOOK_BACK)?;
    Ok(())
}

fn of_subject(tx: &mut Tx<'_>, command: &Command) -> std::result::Result<Slice, Fault> {
    let mut slice = Slice::default();
    match command.subject() {
        Subject::NewTask(id) => {
            slice.task = tx.task(id)?;
            slice.next.task = TaskNumber(tx.counters()?.next_task_number());
            slice.taken_short_ids = tx.taken_short_ids(id)?;
        }
        Subject::Task(id) => {
            slice.task = tx.task(id)?;
            slice.siblings = tx.live_and_last(id)?;
            slice.next = next_for_run(tx, 1)?;
        }
        Subject::Occurrence(id) => {
            let occurrence =
                tx.occurrence(id)?.ok_or(Fault::Clean(Refused::NoSuchOccurrence.into()))?;
            slice.task = tx.task(occurrence.task)?;
            slice.run = tx.last_run(id)?;
            slice.next = next_for_run(tx, slice.run.as_ref().map_or(1, |r| r.number + 1))?;
            slice.occurrence = Some(occurrence);
        }
        Subject::Run(id) => {
            let run = tx.run(id)?.ok_or(Fault::Clean(Refused::NoSuchRun.into()))?;
            slice.task = tx.task(run.task)?;
            slice.occurrence = tx.occurrence(run.occurrence)?;
            slice.run = Some(run);
        }
        Subject::Template(name) => slice.template = templates::get(tx.beside(), name)?,
        Subject::Rule(id) => {
            slice.rule_exists = rules::exists(tx.beside(), id)?;
            slice.rules = rules::count(tx.beside())?;
        }
        Subject::Resource(_) | Subject::Fact(_) | Subject::Nothing => {}
    }
    Ok(slice)
}

fn next_for_run(tx: &mut Tx<'_>, number: u32) -> Result<NextNumbers> {
    let token = FencingToken(tx.counters()?.next_token());
    Ok(NextNumbers { token, run: number, ..NextNumbers::default() })
}

/// The tasks that a command names, and everything upstream of them.
fn names(tx: &mut Tx<'_>, command: &Command, ctx: &Ctx, slice: &mut Slice) -> Result<()> {
    let mentions = command.mentions(slice.task.as_deref(), ctx.now);
    if let Some(slug) = &mentions.slug {
        slice.slug_taken_by = tasks::with_slug(tx.written()?, slug.as_str())?;
    }
    let mut todo = Vec::new();
    for name in mentions.tasks {
        let found = tasks::find(tx.written()?, &name)?;
        let peer = found.as_ref().map(|task| Peer {
            id: task.id,
            number: task.number,
            deleted: task.deleted_at.is_some(),
        });
        todo.extend(peer.map(|peer| peer.id));
        slice.named.insert(name, peer);
    }
    while let Some(id) = todo.pop() {
        if slice.upstream.contains_key(&id) || slice.upstream.len() >= MAX_UPSTREAM {
            continue;
        }
        let Some(task) = tx.task(id)? else { continue };
        let Definition { parent, .. } = &task.definition;
        let on: Vec<TaskId> = task.definition.predecessors().copied().collect();
        todo.extend(on.iter().chain(parent));
        slice.upstream.insert(id, Upstream { number: task.number, on, parent: *parent });
    }
    Ok(())
}

/// What the guard of a creation looks at.
fn guarded(conn: &Connection, command: &Command) -> Result<Guarded> {
    let Command::CreateOnce { guard, .. } = command else { return Ok(Guarded::default()) };
    let mut guarded = Guarded::default();
    if let Some(once) = &guard.once {
        guarded.made = request_keys::made(conn, once.key.as_str())?;
        guarded.keys = request_keys::count(conn)?;
    }
    if let Some(unique) = &guard.unique {
        guarded.holder = unique_keys::holder(conn, &unique.key, &unique.while_in)?;
    }
    Ok(guarded)
}

/// The run that asks, or the occurrence whose end asks.
fn maker(tx: &mut Tx<'_>, command: &Command) -> Result<Option<Maker>> {
    if let Command::Chain { from, .. } = command {
        let from = tx.occurrence(*from)?;
        return Ok(from.map(|from| Maker { taint: from.agent.taint, depth: from.depth, made: 0 }));
    }
    let Some(id) = command.run_that_asks() else { return Ok(None) };
    let Some(run) = tx.run(id)? else { return Ok(None) };
    let of = tx.occurrence(run.occurrence)?;
    let (depth, taint) = of.map_or((0, Taint::default()), |o| (o.depth, o.agent.taint));
    Ok(Some(Maker { taint, depth, made: tasks::made_by(tx.written()?, id)? }))
}

/// What an occurrence that wants to start looks at.
fn gate(tx: &mut Tx<'_>, slice: &mut Slice) -> Result<()> {
    let (Some(task), Some(occurrence)) = (&slice.task, &slice.occurrence) else { return Ok(()) };
    let definition = &task.definition;
    if let Some(after) = occurrence.after {
        slice.after = tx.occurrence(after)?.map(|o| o.state.clone());
    }
    if definition.only_if.is_some() {
        slice.previous = previous(tx, occurrence)?;
    }
    let conditional = definition.dependencies.iter().flat_map(|g| &g.on).any(|e| e.when.is_some());
    if definition.only_if.is_some() || conditional {
        slice.facts = facts::all(tx.beside())?.into_iter().map(|f| (f.name, f.value)).collect();
    }
    let mut predecessors = BTreeMap::new();
    for id in definition.predecessors() {
        if let Some(predecessor) = predecessor(tx, *id, occurrence)? {
            predecessors.insert(*id, predecessor);
        }
    }
    slice.predecessors = predecessors;
    Ok(())
}

fn predecessor(
    tx: &mut Tx<'_>,
    id: TaskId,
    occurrence: &Occurrence,
) -> Result<Option<Predecessor>> {
    let Some(task) = tx.task(id)? else { return Ok(None) };
    let made_by = match occurrence.from {
        Some(from) => tx.occurrence(from)?.filter(|o| o.task == id),
        None => None,
    };
    let same = match (made_by, occurrence.instant) {
        (Some(from), _) => Some(from),
        (None, Some(instant)) => occurrences::of_instant(tx.written()?, id, instant)?.map(Arc::new),
        (None, None) => None,
    };
    let newest = occurrences::newest(tx.written()?, id)?;
    Ok(Some(Predecessor {
        number: task.number,
        standing: task.is_standing(),
        cursor: task.cursor,
        newest: newest.map(|o| ended(tx, &o)).transpose()?,
        same: same.map(|o| ended(tx, &o)).transpose()?,
    }))
}

/// How the task's last occurrence before this one ended.
fn previous(tx: &mut Tx<'_>, occurrence: &Occurrence) -> Result<Option<Ended>> {
    let before = tx.ended_before(occurrence)?;
    before.map(|o| ended(tx, &o)).transpose()
}

/// An occurrence as whoever waits for it sees it.
fn ended(tx: &mut Tx<'_>, occurrence: &Occurrence) -> Result<Ended> {
    let end = tx.last_run(occurrence.id)?.and_then(|run| run.end.clone());
    let (exit_code, result, summary) = end.map_or_else(Default::default, |end| {
        let summary = match end.outcome {
            Outcome::Succeeded { summary } => summary,
            Outcome::Failed(failure) => failure.sentence(),
            _ => String::new(),
        };
        (end.exit_code, end.result, summary)
    });
    Ok(Ended { state: occurrence.state.clone(), exit_code, result, summary })
}

fn named_resources(conn: &Connection, command: &Command, slice: &mut Slice) -> Result<()> {
    if let Subject::Resource(name) = command.subject() {
        slice.resources.insert(name.to_owned(), resource(conn, name)?);
    }
    of_task(conn, slice)
}

/// The resources that the task needs.
fn of_task(conn: &Connection, slice: &mut Slice) -> Result<()> {
    let needs = slice.task.iter().flat_map(|task| &task.definition.resources);
    let mut states = BTreeMap::new();
    for need in needs {
        states.insert(need.name.clone(), resource(conn, &need.name)?);
    }
    slice.resources.append(&mut states);
    Ok(())
}

fn resource(conn: &Connection, name: &str) -> Result<ResourceState> {
    Ok(ResourceState {
        capacity: resources::capacity(conn, name)?.unwrap_or(DEFAULT_CAPACITY),
        used: ties::used(conn, name)?,
        line: ties::line(conn, name)?,
    })
}

/// Who waits for the end of an occurrence, or for its task.
fn waiting(tx: &mut Tx<'_>, command: &Command, task: TaskId, slice: &mut Slice) -> Result<()> {
    slice.waiting = ties::waiting_for_task(tx.beside(), task)?;
    if let Command::Settle { occurrence: Some(ended), .. } = command {
        slice.waiting.extend(ties::waiting_for(tx.beside(), *ended)?);
        slice.occurrence = tx.occurrence(*ended)?;
        slice.followers = dependencies::followers(tx.beside(), task)?;
    }
    of_task(tx.beside(), slice)
}

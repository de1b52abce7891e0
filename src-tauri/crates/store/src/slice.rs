//! Reading what a command may read.

use crate::apply::Fault;
use crate::table::{
    counters, dependencies, facts, occurrences, request_keys, resources, runs, tasks, templates,
    ties, unique_keys,
};
use aegis_domain::machine::{
    Command, DEFAULT_CAPACITY, Ended, Maker, NextNumbers, Peer, Predecessor, Reads, Refused,
    ResourceState, Slice, Subject, Upstream,
};
use aegis_domain::{
    Ctx, Definition, FencingToken, Guarded, Occurrence, Outcome, TaskId, TaskNumber,
};
use rusqlite::{Connection, Result};
use std::collections::BTreeMap;

/// Tasks that are looked at in the search for circles.
const MAX_UPSTREAM: usize = 100_000;

/// Every row that `command` may read.
pub(crate) fn read(
    conn: &Connection,
    command: &Command,
    ctx: &Ctx,
) -> std::result::Result<Slice, Fault> {
    let mut slice = of_subject(conn, command)?;
    let reads = command.reads();
    let task = slice.task.as_ref().map(|t| t.id);
    if reads.names {
        names(conn, command, ctx, &mut slice)?;
    }
    if reads.maker {
        slice.maker = maker(conn, command)?;
    }
    if reads.guard {
        slice.guarded = guarded(conn, command)?;
    }
    if let (true, Some(task)) = (reads.awaited, task) {
        slice.awaited = dependencies::any_on(conn, task)?;
        if let (false, Some(occurrence)) = (slice.awaited, &slice.occurrence) {
            slice.awaited = ties::any_waiting_for(conn, occurrence.id)?;
        }
    }
    if reads.gate {
        gate(conn, &mut slice)?;
    }
    if let (true, Some(occurrence)) = (reads.previous, &slice.occurrence) {
        slice.previous = previous(conn, occurrence)?;
    }
    if reads.resources {
        named_resources(conn, command, &mut slice)?;
    }
    if let (true, Some(task)) = (reads.waiting, task) {
        waiting(conn, command, task, &mut slice)?;
    }
    if let (true, Some(task)) = (reads.instants, &slice.task) {
        slice.instants = occurrences::instants(conn, task.id, task.cursor.min(ctx.now))?;
    }
    if let (Reads { fingerprint: true, .. }, Some(task)) = (reads, &slice.task)
        && task.definition.only_if_changed.is_some()
    {
        slice.fingerprint = runs::last_fingerprint(conn, task.id)?;
    }
    Ok(slice)
}

fn of_subject(conn: &Connection, command: &Command) -> std::result::Result<Slice, Fault> {
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
        Subject::Template(name) => slice.template = templates::get(conn, name)?,
        Subject::Resource(_) | Subject::Fact(_) => {}
    }
    Ok(slice)
}

fn next_for_run(conn: &Connection, number: u32) -> Result<NextNumbers> {
    let token = FencingToken(counters::next_token(conn)?);
    Ok(NextNumbers { token, run: number, ..NextNumbers::default() })
}

/// The tasks that a command names, and everything upstream of them.
fn names(conn: &Connection, command: &Command, ctx: &Ctx, slice: &mut Slice) -> Result<()> {
    let mentions = command.mentions(slice.task.as_ref(), ctx.now);
    if let Some(slug) = &mentions.slug {
        slice.slug_taken_by = tasks::with_slug(conn, slug.as_str())?;
    }
    let mut todo = Vec::new();
    for name in mentions.tasks {
        let found = tasks::find(conn, &name)?;
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
        let Some(task) = tasks::get(conn, id)? else { continue };
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
fn maker(conn: &Connection, command: &Command) -> Result<Option<Maker>> {
    if let Command::Chain { from, .. } = command {
        let from = occurrences::get(conn, *from)?;
        return Ok(from.map(|from| Maker { depth: from.depth, made: 0 }));
    }
    let Some(id) = command.run_that_asks() else { return Ok(None) };
    let Some(run) = runs::get(conn, id)? else { return Ok(None) };
    let depth = occurrences::get(conn, run.occurrence)?.map_or(0, |o| o.depth);
    Ok(Some(Maker { depth, made: tasks::made_by(conn, id)? }))
}

/// What an occurrence that wants to start looks at.
fn gate(conn: &Connection, slice: &mut Slice) -> Result<()> {
    let (Some(task), Some(occurrence)) = (&slice.task, &slice.occurrence) else { return Ok(()) };
    let definition = &task.definition;
    if let Some(after) = occurrence.after {
        slice.after = occurrences::get(conn, after)?.map(|o| o.state);
    }
    if definition.only_if.is_some() {
        slice.previous = previous(conn, occurrence)?;
    }
    let conditional = definition.dependencies.iter().flat_map(|g| &g.on).any(|e| e.when.is_some());
    if definition.only_if.is_some() || conditional {
        slice.facts = facts::all(conn)?.into_iter().map(|f| (f.name, f.value)).collect();
    }
    let mut predecessors = BTreeMap::new();
    for id in definition.predecessors() {
        if let Some(predecessor) = predecessor(conn, *id, occurrence)? {
            predecessors.insert(*id, predecessor);
        }
    }
    slice.predecessors = predecessors;
    Ok(())
}

fn predecessor(
    conn: &Connection,
    id: TaskId,
    occurrence: &Occurrence,
) -> Result<Option<Predecessor>> {
    let Some(task) = tasks::get(conn, id)? else { return Ok(None) };
    let made_by = match occurrence.from {
        Some(from) => occurrences::get(conn, from)?.filter(|o| o.task == id),
        None => None,
    };
    let same = match (made_by, occurrence.instant) {
        (Some(from), _) => Some(from),
        (None, Some(instant)) => occurrences::of_instant(conn, id, instant)?,
        (None, None) => None,
    };
    Ok(Some(Predecessor {
        number: task.number,
        standing: task.is_standing(),
        cursor: task.cursor,
        newest: occurrences::newest(conn, id)?.map(|o| ended(conn, o)).transpose()?,
        same: same.map(|o| ended(conn, o)).transpose()?,
    }))
}

/// How the task's last occurrence before this one ended.
fn previous(conn: &Connection, occurrence: &Occurrence) -> Result<Option<Ended>> {
    let before = occurrences::ended_before(conn, occurrence)?;
    before.map(|o| ended(conn, o)).transpose()
}

/// An occurrence as whoever waits for it sees it.
fn ended(conn: &Connection, occurrence: Occurrence) -> Result<Ended> {
    let end = runs::last_of(conn, occurrence.id)?.and_then(|run| run.end);
    let (exit_code, result, summary) = end.map_or_else(Default::default, |end| {
        let summary = match end.outcome {
            Outcome::Succeeded { summary } => summary,
            Outcome::Failed(failure) => failure.sentence(),
            _ => String::new(),
        };
        (end.exit_code, end.result, summary)
    });
    Ok(Ended { state: occurrence.state, exit_code, result, summary })
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
fn waiting(conn: &Connection, command: &Command, task: TaskId, slice: &mut Slice) -> Result<()> {
    slice.waiting = ties::waiting_for_task(conn, task)?;
    if let Command::Settle { occurrence: Some(ended), .. } = command {
        slice.waiting.extend(ties::waiting_for(conn, *ended)?);
        slice.occurrence = occurrences::get(conn, *ended)?;
        slice.followers = dependencies::followers(conn, task)?;
    }
    of_task(conn, slice)
}

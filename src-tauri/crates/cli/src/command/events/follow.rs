//! `aegis events -f`.

use super::Events;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::following::Following;
use crate::output::Output;
use crate::render::event;
use aegis_domain::{Event, EventSeq, TaskId, TaskNumber, TaskRef};
use aegis_protocol::{BoardCards, EventNews, ShowTask, SubscribeEvents};
use std::collections::HashMap;
use std::pin::pin;

/// What people call tasks.
type Names = HashMap<TaskId, (TaskNumber, String)>;

/// Shows what happened, then what happens, until `stop`.
pub(super) async fn run(
    engine: &Engine,
    out: &mut Output,
    args: Events,
    stop: impl Future<Output = ()>,
) -> Result<Exit, Error> {
    let mut stop = pin!(stop);
    let only = match &args.task {
        Some(task) => Some(task_id(engine, task).await?),
        None => None,
    };
    let past = args.past(engine).await?;
    let mut names = Names::new();
    for entry in &past {
        names.insert(entry.event.what.task, (entry.number, entry.title.clone()));
        show(out, &entry.event, &names)?;
    }
    let after = match (past.last(), only) {
        (Some(last), None) => Some(last.event.seq),
        // The newest of one task is not the newest of all.
        _ => None,
    };
    let mut news = Following::open(engine, SubscribeEvents { after }).await?;
    loop {
        let item = tokio::select! {
            () = &mut stop => return Ok(Exit::Interrupted),
            item = news.next(engine) => item?,
        };
        match item {
            Some(EventNews::Events { mut events }) => {
                events.retain(|event| only.is_none_or(|task| task == event.what.task));
                learn(engine, out, &mut names, &events).await?;
                for event in &events {
                    show(out, event, &names)?;
                }
            }
            Some(EventNews::Gap { snapshot_seq }) => missed(out, snapshot_seq)?,
            None => return Err(Engine::gone().into()),
        }
    }
}

async fn task_id(engine: &Engine, task: &TaskRef) -> Result<TaskId, Error> {
    Ok(engine.call(ShowTask { task: task.clone() }).await?.card.id)
}

/// Asks for the names that are not known yet. A deleted task has none.
async fn learn(
    engine: &Engine,
    out: &Output,
    names: &mut Names,
    events: &[Event],
) -> Result<(), Error> {
    if out.is_json() {
        return Ok(());
    }
    let mut unknown: Vec<TaskId> = events.iter().map(|event| event.what.task).collect();
    unknown.retain(|task| !names.contains_key(task));
    unknown.sort();
    unknown.dedup();
    if !unknown.is_empty() {
        for card in engine.call(BoardCards { tasks: unknown }).await? {
            names.insert(card.id, (card.number, card.title));
        }
    }
    Ok(())
}

fn show(out: &mut Output, event: &Event, names: &Names) -> Result<(), Error> {
    if out.is_json() {
        return out.item(event);
    }
    let (number, title) = match names.get(&event.what.task) {
        Some((number, title)) => (Some(*number), title.as_str()),
        None => (None, ""),
    };
    let line = event::line(event, number, title, &out.canvas());
    out.write(&format!("{line}\n"))?;
    Ok(())
}

fn missed(out: &mut Output, snapshot_seq: EventSeq) -> Result<(), Error> {
    if out.is_json() {
        return out.item(&EventNews::Gap { snapshot_seq });
    }
    out.note("Some events were missed here: there were too many at once.");
    Ok(())
}

#[cfg(test)]
mod tests;

//! Watching work: its output as it comes, until it has ended or somebody has seen enough.

mod printer;
mod remark;

pub(crate) use printer::Printer;

use crate::command::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::following::Following;
use crate::output::Output;
use crate::render::card;
use crate::signals::Signals;
use aegis_domain::coarse::Column;
use aegis_domain::{Occurrence, OccurrenceId, OnInterrupt, Run, RunId, State, TaskRef};
use aegis_protocol::{
    CardView, EventNews, FollowLog, GetEngineStatus, ListTasks, LogPage, ShowTask, SubscribeEvents,
    TaskView,
};
use std::collections::HashSet;
use std::pin::pin;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// The end of the current run, or of the next one when none is there yet.
    RunEnds,
    /// The end of an occurrence, with all its runs.
    OccurrenceEnds(OccurrenceId),
}

/// How the watching ended.
#[derive(Debug)]
pub(crate) enum Watched {
    /// With the work.
    Ended(Box<TaskView>),
    /// Before it: the work goes on.
    Left(Box<TaskView>),
}

/// Shows what a task that was just started prints, until it has ended.
///
/// # Errors
/// What the engine refuses, and output that cannot be written.
pub(crate) async fn to_the_end(
    engine: &Engine,
    out: &mut Output,
    card: &CardView,
) -> Result<Exit, Error> {
    let Some(occurrence) = card.occurrence else {
        return confirm(engine, out, card, |card| card);
    };
    let line = card::line(card, &out.error_canvas());
    out.remark(&line);
    let mut signals = Signals::watch()?;
    let mut printer = (!out.is_json()).then(|| Printer::new(false));
    let until = Until::OccurrenceEnds(occurrence);
    let task = TaskRef::Id(card.id);
    let stop = async {
        tokio::select! { () = signals.next() => {}, () = engine.stop_requested() => {} }
    };
    match watch(engine, out, printer.as_mut(), task, until, stop).await? {
        Watched::Ended(view) => {
            let line = remark::ending(&view, occurrence, &out.error_canvas());
            out.remark(&line);
            say_what_stops(engine, out).await?;
            if out.is_json() {
                out.answer(&*view, |_, _| String::new())?;
            }
            let state = view.occurrences.iter().find(|o| o.id == occurrence).map(|o| &o.state);
            Ok(match state {
                Some(State::Completed { .. }) => Exit::Success,
                _ => Exit::Failed,
            })
        }
        Watched::Left(view) => {
            say_goodbye(engine, out, &view);
            Ok(Exit::Interrupted)
        }
    }
}

/// Says what becomes of other work that an engine of this command's own has begun meanwhile.
async fn say_what_stops(engine: &Engine, out: &mut Output) -> Result<(), Error> {
    if !engine.is_own() {
        return Ok(());
    }
    let running = ListTasks { column: Some(Column::Running), ..ListTasks::default() };
    let others = engine.call(running).await?.tasks;
    if !others.is_empty() {
        let numbers: Vec<String> = others.iter().map(|card| format!("#{}", card.number)).collect();
        out.note(&format!(
            "{} began meanwhile in this very command, and so ends with it; it is taken up again \
             when the window or `aegis serve` starts.",
            numbers.join(", ")
        ));
    }
    Ok(())
}

/// Says what becomes of work that is no longer watched.
pub(crate) fn say_goodbye(engine: &Engine, out: &mut Output, view: &TaskView) {
    let number = view.card.number;
    out.note(&if engine.is_own() {
        let then = match view.task.on_interrupt {
            OnInterrupt::Rerun => "it runs again",
            OnInterrupt::Ask => "you are asked about it",
            OnInterrupt::Fail => "it counts as failed",
        };
        format!(
            "Stopped watching. #{number} was at work in this very command, so it ends too; \
             {then} when the window or `aegis serve` starts."
        )
    } else {
        format!("Stopped watching; #{number} goes on. Come back with: aegis task logs -f {number}")
    });
}

/// Shows what a task does, until it has ended or `stop` returns. Without a printer, only remarks
/// are made.
///
/// # Errors
/// What the engine refuses, and output that cannot be written.
pub(crate) async fn watch(
    engine: &Engine,
    out: &mut Output,
    mut printer: Option<&mut Printer>,
    task: TaskRef,
    until: Until,
    stop: impl Future<Output = ()>,
) -> Result<Watched, Error> {
    let mut stop = pin!(stop);
    // Events first, then how things stand: nothing can fall between the two.
    let mut news = Following::open(engine, SubscribeEvents::default()).await?;
    let mut view = engine.call(ShowTask { task: task.clone() }).await?;
    let mut shown = HashSet::new();
    let mut remarks = remark::Remarks::default();
    let mut log = None;
    if matches!(view.card.state, Some(State::Queued { .. }))
        && engine.call(GetEngineStatus {}).await?.paused
    {
        out.note("New work is held back. Let it start with: aegis engine resume");
    }
    loop {
        if log.is_none()
            && let Some(run) = next_run(&view, until, &shown).map(|run| run.id)
        {
            shown.insert(run);
            if printer.is_some() {
                log = Some(Following::open(engine, FollowLog { run, offset: 0 }).await?);
            }
            continue;
        }
        remarks.make(&view, until, out);
        if log.is_none() && is_over(&view, until, &shown) {
            return Ok(Watched::Ended(Box::new(view)));
        }
        tokio::select! {
            () = &mut stop => {
                if let Some(printer) = &mut printer {
                    printer.end(out)?;
                }
                return Ok(Watched::Left(Box::new(view)));
            }
            page = next_page(engine, &mut log) => {
                let (page, printer) = (page?, printer.as_deref_mut());
                if let (Some(page), Some(printer)) = (&page, printer) {
                    printer.print(page, out)?;
                    if page.complete {
                        printer.end(out)?;
                    }
                }
                if page.is_none_or(|page| page.complete) {
                    log = None;
                    view = engine.call(ShowTask { task: task.clone() }).await?;
                }
            }
            item = news.next(engine) => match item? {
                Some(EventNews::Events { events }) => {
                    if events.iter().any(|event| event.what.task == view.card.id) {
                        view = engine.call(ShowTask { task: task.clone() }).await?;
                    }
                }
                // What was missed is in the task as it is now.
                Some(EventNews::Gap { .. }) => {
                    view = engine.call(ShowTask { task: task.clone() }).await?;
                }
                None => return Err(Engine::gone().into()),
            },
        }
    }
}

/// The next page of a log that is open; never, when none is.
async fn next_page(
    engine: &Engine,
    log: &mut Option<Following<FollowLog>>,
) -> Result<Option<LogPage>, Error> {
    match log {
        Some(log) => log.next(engine).await,
        None => std::future::pending().await,
    }
}

/// The occurrence that is watched.
fn watched(view: &TaskView, until: Until) -> Option<&Occurrence> {
    let id = match until {
        Until::OccurrenceEnds(id) => Some(id),
        Until::RunEnds => view.card.occurrence,
    };
    view.occurrences.iter().find(|occurrence| Some(occurrence.id) == id)
}

/// The run whose log is to be shown next.
fn next_run<'a>(view: &'a TaskView, until: Until, shown: &HashSet<RunId>) -> Option<&'a Run> {
    let occurrence = watched(view, until)?;
    let has_begun = |run: &&Run| run.started_at.is_some() || run.end.is_some();
    let mut begun =
        view.runs.iter().filter(|run| run.occurrence == occurrence.id).filter(has_begun);
    match until {
        Until::OccurrenceEnds(_) => {
            begun.filter(|run| !shown.contains(&run.id)).min_by_key(|run| run.number)
        }
        Until::RunEnds => begun.next().filter(|_| shown.is_empty()),
    }
}

/// Whether there is nothing more to wait for.
fn is_over(view: &TaskView, until: Until, shown: &HashSet<RunId>) -> bool {
    let ended = watched(view, until).is_none_or(|occurrence| occurrence.state.is_terminal());
    match until {
        Until::OccurrenceEnds(_) => ended,
        Until::RunEnds => ended || !shown.is_empty(),
    }
}

#[cfg(test)]
mod tests;

//! Watching work: its output as it comes, until it has ended or somebody has seen enough.

mod printer;
mod remark;
mod wait;

pub(crate) use printer::Printer;
pub(crate) use wait::{say_goodbye, to_the_end};

use crate::connection::Engine;
use crate::error::Error;
use crate::following::Following;
use crate::output::Output;
use aegis_domain::{Occurrence, OccurrenceId, Run, RunId, State, TaskRef};
use aegis_protocol::{
    EventNews, FollowLog, GetEngineStatus, LogPage, ShowTask, SubscribeEvents, TaskView,
};
use remark::Remarks;
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

/// A task that is watched, and what was seen of it so far.
pub(crate) struct Watch {
    task: TaskRef,
    until: Until,
    printer: Option<Printer>,
    shown: HashSet<RunId>,
    remarks: Remarks,
}

impl Watch {
    /// Nothing was seen yet. Without a printer, only remarks are made.
    pub(crate) fn new(task: TaskRef, until: Until, printer: Option<Printer>) -> Self {
        Self { task, until, printer, shown: HashSet::new(), remarks: Remarks::default() }
    }

    /// Shows what the task does, until it has ended or `stop` returns. Can be called again with the
    /// next engine, when one goes away.
    ///
    /// # Errors
    /// What the engine refuses, and output that cannot be written.
    pub(crate) async fn run(
        &mut self,
        engine: &Engine,
        out: &mut Output,
        stop: impl Future<Output = ()>,
    ) -> Result<Watched, Error> {
        let mut stop = pin!(stop);
        // Events first, then how things stand: nothing can fall between the two.
        let mut news = Following::open(engine, SubscribeEvents::default()).await?;
        let mut view = self.look(engine).await?;
        let mut log = None;
        if matches!(view.card.state, Some(State::Queued { .. }))
            && engine.call(GetEngineStatus {}).await?.paused
        {
            out.note("New work is held back. Let it start with: aegis engine resume");
        }
        loop {
            if log.is_none()
                && let Some(run) = self.next_run(&view).map(|run| run.id)
            {
                self.shown.insert(run);
                if self.printer.is_some() {
                    log = Some(Following::open(engine, FollowLog { run, offset: 0 }).await?);
                }
                continue;
            }
            self.remarks.make(&view, self.until, out);
            if log.is_none() && self.is_over(&view) {
                return Ok(Watched::Ended(Box::new(view)));
            }
            tokio::select! {
                () = &mut stop => {
                    self.end_line(out)?;
                    return Ok(Watched::Left(Box::new(view)));
                }
                page = next_page(engine, &mut log) => {
                    let page = page?;
                    if let (Some(page), Some(printer)) = (&page, &mut self.printer) {
                        printer.print(page, out)?;
                    }
                    if page.is_none_or(|page| page.complete) {
                        self.end_line(out)?;
                        log = None;
                        view = self.look(engine).await?;
                    }
                }
                item = news.next(engine) => match item? {
                    Some(EventNews::Events { events }) => {
                        if events.iter().any(|event| event.what.task == view.card.id) {
                            view = self.look(engine).await?;
                        }
                    }
                    // What was missed is in the task as it is now.
                    Some(EventNews::Gap { .. }) => view = self.look(engine).await?,
                    None => return Err(Engine::gone().into()),
                },
            }
        }
    }

    async fn look(&self, engine: &Engine) -> Result<TaskView, Error> {
        engine.call(ShowTask { task: self.task.clone() }).await
    }

    fn end_line(&mut self, out: &mut Output) -> Result<(), Error> {
        self.printer.as_mut().map_or(Ok(()), |printer| printer.end(out))
    }

    /// The run whose log is to be shown next.
    fn next_run<'a>(&self, view: &'a TaskView) -> Option<&'a Run> {
        let occurrence = watched(view, self.until)?;
        let has_begun = |run: &&Run| run.started_at.is_some() || run.end.is_some();
        let mut begun =
            view.runs.iter().filter(|run| run.occurrence == occurrence.id).filter(has_begun);
        match self.until {
            Until::OccurrenceEnds(_) => {
                begun.filter(|run| !self.shown.contains(&run.id)).min_by_key(|run| run.number)
            }
            Until::RunEnds => begun.next().filter(|_| self.shown.is_empty()),
        }
    }

    /// Whether there is nothing more to wait for.
    fn is_over(&self, view: &TaskView) -> bool {
        let ended =
            watched(view, self.until).is_none_or(|occurrence| occurrence.state.is_terminal());
        match self.until {
            Until::OccurrenceEnds(_) => ended,
            Until::RunEnds => ended || !self.shown.is_empty(),
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

#[cfg(test)]
mod tests;

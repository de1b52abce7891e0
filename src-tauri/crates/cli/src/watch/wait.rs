//! Waiting for a task that was just started.

use super::{Printer, Until, Watch, Watched, remark};
use crate::command::confirm;
use crate::connection::{Engine, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::card;
use crate::signals::Signals;
use aegis_domain::coarse::Column;
use aegis_domain::{OccurrenceId, OnInterrupt, State, TaskRef};
use aegis_protocol::{CardView, ListTasks, TaskView};

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
    let printer = (!out.is_json()).then(|| Printer::new(false));
    let until = Until::OccurrenceEnds(occurrence);
    let mut watch = Watch::new(TaskRef::Id(card.id), until, printer);
    let mut signals = Signals::watch()?;
    match wait(&mut watch, engine, out, &mut signals).await {
        // Another waiting command was the engine, for as long as it waited itself.
        Err(error) if error.is_unavailable() && engine.is_passing() => {
            succeed(&mut watch, occurrence, out, &mut signals).await
        }
        watched => finish(engine, out, watched?, occurrence).await,
    }
}

/// Goes on with the next engine, which may well be of this process.
async fn succeed(
    watch: &mut Watch,
    occurrence: OccurrenceId,
    out: &mut Output,
    signals: &mut Signals,
) -> Result<Exit, Error> {
    loop {
        let engine = tokio::select! {
            engine = Engine::connect(Purpose::Work) => engine?,
            () = signals.next() => return Ok(Exit::Interrupted),
        };
        let result = match wait(watch, &engine, out, signals).await {
            Err(error) if error.is_unavailable() && engine.is_passing() => continue,
            Ok(watched) => finish(&engine, out, watched, occurrence).await,
            Err(error) => Err(error),
        };
        engine.close().await;
        return result;
    }
}

async fn wait(
    watch: &mut Watch,
    engine: &Engine,
    out: &mut Output,
    signals: &mut Signals,
) -> Result<Watched, Error> {
    let stop = async {
        tokio::select! { () = signals.next() => {}, () = engine.stop_requested() => {} }
    };
    watch.run(engine, out, stop).await
}

async fn finish(
    engine: &Engine,
    out: &mut Output,
    watched: Watched,
    occurrence: OccurrenceId,
) -> Result<Exit, Error> {
    match watched {
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
        let then = match view.task.definition.on_interrupt {
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

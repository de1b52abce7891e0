//! `aegis task logs`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::signals::Signals;
use crate::value;
use crate::watch::{Printer, Until, Watch, Watched, say_goodbye};
use aegis_domain::{RunId, TaskRef};
use aegis_protocol::{ReadLog, ShowTask};
use clap::Args;

/// What its last run printed
#[derive(Debug, Args)]
#[command(after_help = "\
What the program printed to standard error goes there; so do Aegis' own notes.
To a file or a pipe, everything passes as it was printed; a terminal shows the
colours, and what would control it otherwise is made visible. With --json, each
line is one JSON object, all on standard output.")]
pub(crate) struct Logs {
    /// Go on with what it prints, until the run has ended
    #[arg(short, long)]
    follow: bool,

    /// Say when each line came
    #[arg(long)]
    timestamps: bool,

    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,
}

impl Logs {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let mut printer = Printer::new(self.timestamps);
        let view = engine.call(ShowTask { task: self.task.clone() }).await?;
        // In an engine of this command's own, nothing goes on.
        if self.follow && !engine.is_own() {
            return follow(engine, out, self.task, printer).await;
        }
        match view.runs.first() {
            Some(run) => {
                read(engine, out, run.id, &mut printer).await?;
                if !printer.has_printed() {
                    out.note("Nothing was printed.");
                }
                if self.follow && run.end.is_none() {
                    out.note(
                        "No engine is running: it goes on when the window or `aegis serve` starts.",
                    );
                }
            }
            None => out.note(&format!("#{} has not run yet.", view.card.number)),
        }
        Ok(Exit::Success)
    }
}

async fn follow(
    engine: &Engine,
    out: &mut Output,
    task: TaskRef,
    printer: Printer,
) -> Result<Exit, Error> {
    let mut signals = Signals::watch()?;
    let mut watch = Watch::new(task, Until::RunEnds, Some(printer));
    let watched = watch.run(engine, out, signals.next()).await?;
    match watched {
        Watched::Ended(view) => {
            if view.runs.is_empty() {
                out.note(&format!("#{} has not run.", view.card.number));
            }
            Ok(Exit::Success)
        }
        Watched::Left(view) => {
            say_goodbye(engine, out, &view);
            Ok(Exit::Interrupted)
        }
    }
}

/// Everything that is there now.
async fn read(
    engine: &Engine,
    out: &mut Output,
    run: RunId,
    printer: &mut Printer,
) -> Result<(), Error> {
    let mut offset = 0;
    loop {
        let page = engine.call(ReadLog { run, offset, limit: None }).await?;
        printer.print(&page, out)?;
        if page.complete || page.next_offset == offset {
            return printer.end(out);
        }
        offset = page.next_offset;
    }
}

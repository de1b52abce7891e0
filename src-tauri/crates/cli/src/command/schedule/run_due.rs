//! `aegis schedule run-due`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use aegis_domain::TaskNumber;
use aegis_protocol::RunDue as Request;
use clap::Args;

/// Make everything that is due now, as the engine does by itself
#[derive(Debug, Args)]
#[command(after_help = "\
Each time of a schedule is made once, whoever is first: this command, or the
engine. Without an engine, what is made waits for the next one.")]
pub(crate) struct RunDue {}

impl RunDue {
    pub(super) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let numbers = engine.call(Request {}).await?;
        out.answer(&numbers[..], |numbers, _| {
            let names: Vec<String> = numbers.iter().map(TaskNumber::to_string).collect();
            if names.is_empty() { String::new() } else { format!("#{}", names.join(" #")) }
        })?;
        if numbers.is_empty() {
            out.note("Nothing is due.");
        } else if engine.is_own() {
            out.note("No engine is running: it starts when the window or `aegis serve` does.");
        }
        Ok(Exit::Success)
    }
}

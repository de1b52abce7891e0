//! `aegis schedule list`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::schedule;
use aegis_protocol::ListUpcoming;
use clap::Args;

/// The tasks whose schedules come due, the next first
#[derive(Debug, Args)]
pub(crate) struct List {
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

impl List {
    pub(super) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let entries = engine.call(ListUpcoming { limit: Some(self.limit) }).await?;
        out.answer(&entries[..], schedule::upcoming)?;
        if entries.is_empty() {
            out.note("Nothing is planned. Plan something with: aegis task create --daily 07:00 …");
        }
        if engine.is_own() && entries.iter().any(|entry| entry.overdue) {
            out.note(
                "No engine is running: what is overdue starts when the window or `aegis serve` \
                 does.",
            );
        }
        Ok(Exit::Success)
    }
}

//! `aegis task purge`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::{PurgeDeleted, PurgeTask};
use clap::Args;

/// Remove a deleted task for good, with its runs and logs; nothing brings it back
#[derive(Debug, Args)]
pub(crate) struct Purge {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task, required_unless_present = "all")]
    task: Option<TaskRef>,

    /// Every task that was deleted
    #[arg(long, conflicts_with = "task")]
    all: bool,
}

impl Purge {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        if let Some(task) = self.task {
            let name = task.to_string();
            engine.call(PurgeTask { task }).await?;
            out.answer(&(), |(), _| format!("{name} is gone for good."))?;
            return Ok(Exit::Success);
        }
        let purged = engine.call(PurgeDeleted {}).await?;
        out.answer(&purged, |purged, _| {
            format!("Deleted tasks that are gone for good: {}", purged.purged)
        })?;
        if purged.held > 0 {
            let held = purged.held;
            out.note(&format!("Deleted tasks that stay, because others name them: {held}"));
        }
        Ok(Exit::Success)
    }
}

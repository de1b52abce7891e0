//! `aegis task delete`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::DeleteTask;
use clap::Args;

/// Delete it; it can be restored
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,
}

impl Delete {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let name = self.task.to_string();
        engine.call(DeleteTask { task: self.task }).await?;
        let word = name.trim_start_matches('#');
        out.answer(&(), |(), _| {
            format!("{name} deleted. Take it back with: aegis task restore {word}")
        })?;
        Ok(Exit::Success)
    }
}

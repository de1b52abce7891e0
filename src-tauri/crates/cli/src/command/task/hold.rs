//! `aegis task hold`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::HoldTask;
use clap::Args;

/// Hold back what waits to start, until somebody decides
#[derive(Debug, Args)]
#[command(after_help = "It goes on with: aegis task release <TASK>")]
pub(crate) struct Hold {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    /// What is to be decided
    #[arg(long, value_name = "TEXT")]
    question: String,
}

impl Hold {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let request = HoldTask { task: self.task, question: self.question };
        let card = engine.call(request).await?;
        confirm(engine, out, &card, |card| card)
    }
}

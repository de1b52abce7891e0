//! `aegis task continue`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::{origin, value};
use aegis_domain::TaskRef;
use aegis_protocol::ContinueTask;
use clap::Args;

/// Take up the session of its last run again, and say something to it
#[derive(Debug, Args)]
pub(crate) struct Continue {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    /// What is to be done next
    words: String,
}

impl Continue {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let origin = origin::of_environment();
        let request = ContinueTask { task: self.task, words: self.words, origin };
        let card = engine.call(request).await?;
        confirm(engine, out, &card, |card| card)
    }
}

//! `aegis task status`.

use super::remark_on_leftovers;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::card;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::ShowTask;
use clap::Args;

/// How a task stands, in short
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,
}

impl Status {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let view = engine.call(ShowTask { task: self.task }).await?;
        out.answer(&view.card, card::status)?;
        remark_on_leftovers(engine, out, std::slice::from_ref(&view.card));
        Ok(Exit::Success)
    }
}

//! `aegis task show`.

use super::remark_on_leftovers;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::task;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::ShowTask;
use clap::Args;

/// Everything about a task: its definition, its occurrences, its runs
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,
}

impl Show {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let view = engine.call(ShowTask { task: self.task }).await?;
        out.answer(&view, task::draw)?;
        remark_on_leftovers(engine, out, std::slice::from_ref(&view.card));
        Ok(Exit::Success)
    }
}

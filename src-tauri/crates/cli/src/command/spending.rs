//! `aegis spending`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::tool_use;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::ShowSpending;
use clap::Args;

/// What models have cost, today and this month
#[derive(Debug, Args)]
pub(crate) struct Spending {
    /// Of this task alone: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: Option<TaskRef>,
}

impl Spending {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let spending = engine.call(ShowSpending { task: self.task }).await?;
        out.answer(&spending, tool_use::spending)?;
        Ok(Exit::Success)
    }
}

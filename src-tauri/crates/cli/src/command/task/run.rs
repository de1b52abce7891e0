//! `aegis task run`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::origin;
use crate::output::Output;
use crate::value;
use crate::watch;
use aegis_domain::TaskRef;
use aegis_protocol::RunTask;
use clap::Args;
use serde_json::Value;

/// Run it now; again, if it has run before
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    /// The value of a parameter this time, as JSON or text; as often as there are some
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = value::assignment)]
    parameters: Vec<(String, Value)>,

    /// Show what it prints, and end with it: exit code 0 when it succeeded, 1 when not
    #[arg(long)]
    wait: bool,
}

impl Run {
    /// Whether it stays until the work is done.
    pub(super) const fn waits(&self) -> bool {
        self.wait
    }

    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let values = self.parameters.into_iter().collect();
        let request = RunTask { task: self.task, values, origin: origin::of_environment() };
        let card = engine.call(request).await?;
        if self.wait {
            return watch::to_the_end(engine, out, &card).await;
        }
        confirm(engine, out, &card, |card| card)
    }
}

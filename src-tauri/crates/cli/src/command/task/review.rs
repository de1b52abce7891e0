//! `aegis task review`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::TaskRef;
use aegis_domain::machine::Verdict;
use aegis_protocol::ReviewTask;
use clap::Args;

/// Say whether its outcome is good
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Which: its number, its short id, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    #[command(flatten)]
    verdict: VerdictArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct VerdictArgs {
    /// It is good
    #[arg(long)]
    pass: bool,

    /// It is not good yet: what is missing
    #[arg(long, value_name = "FEEDBACK")]
    reject: Option<String>,
}

impl Review {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let verdict = match self.verdict.reject {
            Some(feedback) => Verdict::Reject { feedback },
            None => Verdict::Pass,
        };
        let card = engine.call(ReviewTask { task: self.task, verdict }).await?;
        confirm(engine, out, &card, |card| card)
    }
}

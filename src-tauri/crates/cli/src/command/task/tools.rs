//! `aegis task tools`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::tool_use;
use crate::value;
use aegis_domain::{RunId, TaskRef};
use aegis_protocol::{ApiError, ErrorKind, ListToolUses, ShowTask};
use clap::Args;

/// The calls of tools that its agents made
#[derive(Debug, Args)]
pub(crate) struct Tools {
    /// Which: its number, its short id, its slug, or its id; every call there was when absent
    #[arg(value_parser = value::task)]
    task: Option<TaskRef>,

    /// Those of one run, in order: its last one, or the one of this id
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true)]
    run: Option<Option<RunId>>,

    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

impl Tools {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let run = match self.run {
            None => None,
            Some(Some(run)) => Some(run),
            Some(None) => Some(last_run(self.task.clone(), engine).await?),
        };
        let request = ListToolUses {
            run,
            task: self.task,
            limit: Some(self.limit),
            ..ListToolUses::default()
        };
        let page = engine.call(request).await?;
        out.answer(&page, |page, canvas| tool_use::list(&page.uses, canvas))?;
        if page.uses.is_empty() {
            out.note("No tool was called.");
        } else if page.next.is_some() {
            out.note("There are more: see them with --limit.");
        }
        Ok(Exit::Success)
    }
}

async fn last_run(task: Option<TaskRef>, engine: &Engine) -> Result<RunId, Error> {
    let Some(task) = task else {
        return Err(Error::usage("Whose last run is meant?", "Name the task, or the run's id."));
    };
    let view = engine.call(ShowTask { task }).await?;
    view.runs.first().map(|run| run.id).ok_or_else(|| {
        let message = format!("#{} has not run yet.", view.card.number);
        ApiError::new(ErrorKind::Conflict, message)
            .with_hint(format!("Run it: aegis task run {}", view.card.number))
            .into()
    })
}

//! `aegis events`.

mod follow;

use super::with_engine;
use crate::connection::{Engine, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::event;
use crate::signals::Signals;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::{ActivityEntry, ListEvents};
use clap::Args;

/// What happened, and what happens
#[derive(Debug, Args)]
#[command(after_help = "\
With --json: one document; with -f, one event a line, and {\"type\":\"gap\",…}
where events were missed.")]
pub(crate) struct Events {
    /// Go on with what happens from now on
    #[arg(short, long)]
    follow: bool,

    /// Only this task's
    #[arg(long, value_name = "TASK", value_parser = value::task)]
    task: Option<TaskRef>,

    /// At most this many of those that happened
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

impl Events {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        if self.follow {
            // Nothing would happen in an engine of this command's own.
            let engine = Engine::running().await?;
            let mut signals = Signals::watch()?;
            return follow::run(&engine, out, self, signals.next()).await;
        }
        with_engine(Purpose::OneCommand, out, async |engine, out| {
            let entries = self.past(engine).await?;
            let draw = |entries: &[ActivityEntry], canvas: &_| {
                let lines = entries.iter().map(|entry| {
                    event::line(&entry.event, Some(entry.number), &entry.title, canvas)
                });
                lines.collect::<Vec<_>>().join("\n")
            };
            out.answer(entries.as_slice(), draw)?;
            if entries.is_empty() {
                out.note("Nothing has happened yet.");
            }
            Ok(Exit::Success)
        })
        .await
    }

    /// What happened, oldest first: the newest is next to the prompt.
    async fn past(&self, engine: &Engine) -> Result<Vec<ActivityEntry>, Error> {
        let request = ListEvents { task: self.task.clone(), before: None, limit: Some(self.limit) };
        let mut entries = engine.call(request).await?;
        entries.reverse();
        Ok(entries)
    }
}

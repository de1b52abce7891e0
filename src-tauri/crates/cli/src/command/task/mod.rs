//! `aegis task`: one command a file.

mod answer;
mod artifacts;
mod create;
mod delete;
mod edit;
mod go_on;
mod hold;
mod list;
mod logs;
mod purge;
mod review;
mod run;
mod show;
mod status;
mod tools;
mod verbs;

use crate::connection::{Engine, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::card;
use aegis_domain::State;
use aegis_protocol::CardView;
use clap::Subcommand;
use serde::Serialize;

/// Make tasks, look at them, and say what is to happen with them
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Make a task: a command, a reminder, or something for you to do
    Create(Box<create::Create>),
    /// The tasks, the most urgent first
    List(list::List),
    /// Everything about a task: its definition, its occurrences, its runs
    Show(show::Show),
    /// How a task stands, in short
    Status(status::Status),
    /// The files that its runs left behind
    Artifacts(artifacts::Artifacts),
    /// One file that a run left behind
    #[command(subcommand)]
    Artifact(artifacts::Artifact),
    /// What its last run printed
    Logs(logs::Logs),
    /// The calls of tools that its agents made
    Tools(tools::Tools),
    /// Run it now; again, if it has run before
    Run(run::Run),
    /// Take up the session of its last run again, and say something to it
    Continue(go_on::Continue),
    /// Call off what is live of it
    Cancel(verbs::Cancel),
    /// Stop its processes where they are
    Pause(verbs::Pause),
    /// Let it go on
    Resume(verbs::Resume),
    /// Say that you did it by hand
    Done(verbs::Done),
    /// Say whether its outcome is good
    Review(review::Review),
    /// Answer what it asks
    Answer(answer::Answer),
    /// Leave out what waits to start, or else the next time of its schedule
    Skip(verbs::Skip),
    /// Hold back what waits to start, until somebody decides
    Hold(hold::Hold),
    /// The decision is made: let it go on
    Release(verbs::Release),
    /// Let its schedule start it again, from now on
    Enable(verbs::Enable),
    /// Let its schedule start nothing for now; it can still be run
    Disable(verbs::Disable),
    /// Change what it is, when it runs, or what it waits for
    Edit(Box<edit::Edit>),
    /// Put it away: it never starts again, and its history stays
    Archive(verbs::Archive),
    /// Delete it; it can be restored
    Delete(delete::Delete),
    /// Take a deletion back
    Restore(verbs::Restore),
    /// Remove a deleted task for good, with its runs and logs; nothing brings it back
    Purge(purge::Purge),
}

impl Task {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let purpose = match &self {
            Self::Create(create) if create.waits() => Purpose::Work,
            Self::Run(run) if run.waits() => Purpose::Work,
            _ => Purpose::OneCommand,
        };
        // What can be refused without an engine is.
        if let Self::Create(create) = &self {
            create.check()?;
        }
        super::with_engine(purpose, out, async |engine, out| self.on(engine, out).await).await
    }

    async fn on(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::Create(command) => command.run(engine, out).await,
            Self::List(command) => command.run(engine, out).await,
            Self::Show(command) => command.run(engine, out).await,
            Self::Status(command) => command.run(engine, out).await,
            Self::Artifacts(command) => command.run(engine, out).await,
            Self::Artifact(command) => command.run(engine, out).await,
            Self::Logs(command) => command.run(engine, out).await,
            Self::Tools(command) => command.run(engine, out).await,
            Self::Continue(command) => command.run(engine, out).await,
            Self::Run(command) => command.run(engine, out).await,
            Self::Cancel(command) => command.run(engine, out).await,
            Self::Pause(command) => command.run(engine, out).await,
            Self::Resume(command) => command.run(engine, out).await,
            Self::Done(command) => command.run(engine, out).await,
            Self::Review(command) => command.run(engine, out).await,
            Self::Answer(command) => command.run(engine, out).await,
            Self::Skip(command) => command.run(engine, out).await,
            Self::Hold(command) => command.run(engine, out).await,
            Self::Release(command) => command.run(engine, out).await,
            Self::Enable(command) => command.run(engine, out).await,
            Self::Disable(command) => command.run(engine, out).await,
            Self::Edit(command) => command.run(engine, out).await,
            Self::Archive(command) => command.run(engine, out).await,
            Self::Delete(command) => command.run(engine, out).await,
            Self::Restore(command) => command.run(engine, out).await,
            Self::Purge(command) => command.run(engine, out).await,
        }
    }
}

/// Shows what became of a task, and says so when nothing will come of it for now.
pub(crate) fn confirm<T: Serialize>(
    engine: &Engine,
    out: &mut Output,
    reply: &T,
    card: impl Fn(&T) -> &CardView,
) -> Result<Exit, Error> {
    out.answer(reply, |reply, canvas| card::line(card(reply), canvas))?;
    let card = card(reply);
    let waits = matches!(card.state, Some(State::Queued { .. } | State::Created));
    if engine.is_own() && (waits || card.due.is_some()) {
        out.note("No engine is running: it starts when the window or `aegis serve` does.");
    }
    Ok(Exit::Success)
}

/// Says that nothing runs really, when no engine does: a crash or a second Ctrl-C left it so.
fn remark_on_leftovers(engine: &Engine, out: &mut Output, cards: &[CardView]) {
    let live = |card: &CardView| {
        matches!(card.state, Some(State::Assigned { .. } | State::Executing { .. }))
    };
    if engine.is_own() && cards.iter().any(live) {
        out.note(
            "No engine is running: what stands as running was cut off, and is dealt with when the \
             window or `aegis serve` starts.",
        );
    }
}

#[cfg(test)]
mod tests;

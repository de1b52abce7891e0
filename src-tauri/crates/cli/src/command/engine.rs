//! `aegis engine`.

mod drain;

use super::with_engine;
use crate::connection::{self, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::Group;
use crate::output::Output;
use crate::render::{engine, pool};
use aegis_domain::ExecutorName;
use aegis_domain::breaker::Service;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_protocol::{EndRest, GetEngineStatus, GetPool, HoldWork, LiftHold};
use clap::{Args, Subcommand};
use drain::Drain;

/// How the engine is; hold it, and stop it
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Engine {
    /// How it is and what keeps work waiting; exit code 5 when none is running
    Status,
    /// Start nothing new, of everything or of one group; what runs goes on
    Pause(Group),
    /// Start new work again
    Resume(Group),
    /// Start nothing new, and say when nothing runs any more
    Drain(Drain),
    /// Let an executor that rests after failures work again at once
    Retry(Retry),
    /// End every run, write everything down, and stop
    Stop,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Retry {
    /// Which executor
    executor: String,
    /// Which of its providers, if it works with several
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

impl Engine {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::Status => {
                let running = connection::Engine::running().await?;
                let status = running.call(GetEngineStatus {}).await?;
                let pool = running.call(GetPool {}).await?;
                out.answer(&engine::Status { engine: status, pool }, engine::draw)?;
            }
            Self::Pause(group) => {
                let hold = HoldWork { scope: group.into_scope(), mode: HoldMode::Pause };
                return with_engine(Purpose::OneCommand, out, async |engine, out| {
                    let view = engine.call(hold.clone()).await?;
                    out.answer(&view, |_, _| pool::held(&hold.scope))?;
                    Ok(Exit::Success)
                })
                .await;
            }
            Self::Resume(group) => {
                let lift = LiftHold { scope: group.into_scope() };
                return with_engine(Purpose::OneCommand, out, async |engine, out| {
                    let view = engine.call(lift.clone()).await?;
                    out.answer(&view, |view, _| pool::let_go(&lift.scope, view))?;
                    Ok(Exit::Success)
                })
                .await;
            }
            Self::Drain(drain) => return drain.run(out).await,
            Self::Retry(Retry { executor, provider }) => {
                let service = Service { executor: ExecutorName(executor), provider };
                let running = connection::Engine::running().await?;
                let view = running.call(EndRest { service }).await?;
                out.answer(&view, |_, _| "It may start again at once.".to_owned())?;
            }
            Self::Stop => {
                let sentence = match connection::Engine::find().await? {
                    Some(running) if running.stop().await? => "The engine has stopped.",
                    Some(_) => "The engine is stopping; it still ends what runs.",
                    None => "No engine is running.",
                };
                out.answer(&(), |(), _| sentence.to_owned())?;
            }
        }
        Ok(Exit::Success)
    }
}

impl Group {
    /// What it names; everything when it names nothing.
    pub(crate) fn into_scope(self) -> Scope {
        let Self { executor, workspace, agent } = self;
        let named = executor.map(Scope::Executor).or(workspace.map(Scope::Workspace));
        named.or(agent.map(Scope::Agent)).unwrap_or_default()
    }
}

//! `aegis engine`.

use super::with_engine;
use crate::connection::{self, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::engine;
use aegis_protocol::{GetEngineStatus, PauseEngine, ResumeEngine};
use clap::Subcommand;

/// How the engine is; hold it, and stop it
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Engine {
    /// How it is; exit code 5 when none is running
    Status,
    /// Start nothing new; what runs goes on
    Pause,
    /// Start new work again
    Resume,
    /// End every run, write everything down, and stop
    Stop,
}

impl Engine {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::Status => {
                let status = connection::Engine::running().await?.call(GetEngineStatus {}).await?;
                out.answer(&status, engine::draw)?;
            }
            Self::Pause => {
                return with_engine(Purpose::OneCommand, out, async |engine, out| {
                    let status = engine.call(PauseEngine {}).await?;
                    out.answer(&status, |_, _| {
                        "Nothing new starts; what runs goes on.".to_owned()
                    })?;
                    Ok(Exit::Success)
                })
                .await;
            }
            Self::Resume => {
                return with_engine(Purpose::OneCommand, out, async |engine, out| {
                    let status = engine.call(ResumeEngine {}).await?;
                    out.answer(&status, |_, _| "New work starts again.".to_owned())?;
                    Ok(Exit::Success)
                })
                .await;
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

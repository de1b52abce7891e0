//! `aegis resource`: what tasks share.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{knowledge, visible};
use aegis_protocol::{ListResources, SetResource};
use clap::Subcommand;

/// Resources that tasks share while they run, such as a GPU
#[derive(Debug, Subcommand)]
pub(crate) enum Resource {
    /// Show them: how much there is, is held, and is waited for
    List,
    /// Say how much of one there is; 1 when nobody has said
    Set {
        /// Its name
        name: String,
        /// How much: 1 to 1000000
        capacity: u32,
    },
    /// Forget what was said: there is 1 of it again
    Remove {
        /// Its name
        name: String,
    },
}

impl Resource {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::List => {
                let resources = engine.call(ListResources {}).await?;
                out.answer(&resources[..], knowledge::resources)?;
                if resources.is_empty() {
                    out.note("No resources yet. Tasks name them with: --resource gpu");
                }
            }
            Self::Set { name, capacity } => {
                let said = format!("{name}: {capacity}");
                engine.call(SetResource { name, capacity: Some(capacity) }).await?;
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
            Self::Remove { name } => {
                let said = format!("{name}: 1, as when nobody says");
                engine.call(SetResource { name, capacity: None }).await?;
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
        }
        Ok(Exit::Success)
    }
}

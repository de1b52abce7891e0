//! `aegis roots`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::settings;
use crate::value;
use aegis_protocol::{AddRoot, GetSettings, RemoveRoot};
use clap::Subcommand;
use std::path::PathBuf;

/// The folders that commands may work in
#[derive(Debug, Subcommand)]
pub(crate) enum Roots {
    /// Show them
    List,
    /// Let commands work in a folder and everything below it
    Add {
        /// The folder; it has to exist
        folder: PathBuf,
    },
    /// Let commands work there no longer
    Remove {
        /// The folder, as listed
        folder: PathBuf,
    },
}

impl Roots {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let settings = match self {
            Self::List => engine.call(GetSettings {}).await?,
            Self::Add { folder } => engine.call(AddRoot { path: value::folder(&folder)? }).await?,
            Self::Remove { folder } => {
                engine.call(RemoveRoot { path: value::folder(&folder)? }).await?
            }
        };
        out.answer(&settings, |settings, _| settings::roots(settings))?;
        if settings.allowed_roots.is_empty() {
            out.note("Commands may work nowhere. Allow a folder with `aegis roots add`.");
        }
        Ok(Exit::Success)
    }
}

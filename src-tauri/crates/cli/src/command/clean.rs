//! `aegis clean`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::data;
use aegis_protocol::Clean as Request;
use clap::Args;

/// Remove what is older than the settings say; a running engine does so every day
#[derive(Debug, Args)]
#[command(after_help = "\
How long things are kept: aegis settings show. Of each task the newest runs stay
however old they are, and what happened stays in any case. Ages are believed a
week at a time: a clock that was set wrong removes next to nothing.")]
pub(crate) struct Clean {
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
}

impl Clean {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let cleaned = engine.call(Request { dry_run: self.dry_run }).await?;
        out.answer(&cleaned, data::cleaned)?;
        Ok(Exit::Success)
    }
}

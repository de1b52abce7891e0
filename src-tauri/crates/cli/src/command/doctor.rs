//! `aegis doctor`.

use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::doctor;
use aegis_protocol::ApiError;
use aegis_runtime::{Paths, examine};
use clap::Args;

/// Check whether everything is well, and say what to do if not
#[derive(Debug, Args)]
#[command(after_help = "\
It changes nothing, and works with a running engine and without one. The exit
code is 1 when something is a problem; a warning is none.")]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let paths = Paths::from_env().map_err(ApiError::from)?;
        let diagnosis = examine(&paths).await;
        out.answer(&diagnosis, doctor::draw)?;
        Ok(if diagnosis.healthy { Exit::Success } else { Exit::Failed })
    }
}

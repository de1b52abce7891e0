//! `aegis schedule describe`.

use super::described;
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::{Limits, ScheduleArgs};
use crate::output::Output;
use crate::render::visible;
use aegis_domain::{Schedule, schedule};
use aegis_protocol::ApiError;
use clap::Args;
use serde::Serialize;

/// A schedule in words
#[derive(Debug, Args)]
#[command(after_help = "\
It needs no engine, and makes nothing. With --json it also shows the schedule
as `aegis task create --json-file` takes it.

Example:
  aegis schedule describe --weekly mon-fri --time 06:30 --zone Europe/Berlin")]
pub(crate) struct Describe {
    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    limits: Limits,
}

/// A schedule, and what it means.
#[derive(Serialize)]
struct Described {
    text: String,
    schedule: Schedule,
}

impl Describe {
    pub(crate) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let asked = described(self.schedule, self.limits, out.now())?;
        // What the check fills in, such as the start, is not what was asked for.
        asked.clone().check(out.now()).map_err(ApiError::from)?;
        let described = Described { text: schedule::describe(&asked), schedule: asked };
        out.answer(&described, |described, _| visible::cell(&described.text).into_owned())?;
        Ok(Exit::Success)
    }
}

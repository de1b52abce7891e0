//! `aegis schedule next`.

use super::described;
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::{ScheduleArgs, UntilArg};
use crate::output::Output;
use crate::render::schedule;
use crate::value;
use aegis_api::answer;
use aegis_domain::Timestamp;
use clap::Args;

/// The next times of a schedule that is only thought of
#[derive(Debug, Args)]
#[command(after_help = "\
It needs no engine, and makes nothing.

Examples:
  aegis schedule next --cron '0 9 * * mon-fri' --zone Europe/Berlin
  aegis schedule next --monthly friL --time 16:00 --count 12
  aegis schedule next --every 45m --between 09:00..17:00 --on mon-fri")]
pub(crate) struct Next {
    /// Times after this one; now when absent (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    after: Option<Timestamp>,

    /// How many times to show
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    until: UntilArg,
}

impl Next {
    pub(crate) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let after = self.after.unwrap_or_else(|| out.now());
        let schedule = described(self.schedule, self.until, after)?;
        let preview = answer::preview(schedule, after, self.count, aegis_runtime::user_zone())?;
        out.answer(&preview, schedule::preview)?;
        Ok(Exit::Success)
    }
}

//! `aegis task create`.

mod request;

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use crate::watch;
use aegis_domain::{OnInterrupt, Priority, Timestamp};
use aegis_protocol::CreateTask;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Make a task: a command, a reminder, or something for you to do
#[derive(Debug, Default, Args)]
#[command(after_help = "\
A command after `--` is run as it is, without a shell; whoever wants one says
so: -- sh -c '…'. A time without a command makes a reminder. With neither, the
task is yours to do.

Examples:
  aegis task create -- cargo --version
  aegis task create --cwd ~/src --wait -- make test
  aegis task create --in 10m --title Stretch
  aegis task create --title 'Call the bank' --priority high --tag money")]
pub(crate) struct Create {
    /// Who does it; what else is given says so when this is absent
    #[arg(long, value_enum)]
    executor: Option<Executor>,

    /// Where the command works; the home directory when absent
    #[arg(long, value_name = "DIR")]
    cwd: Option<PathBuf>,

    /// One line; the command when absent
    #[arg(long)]
    title: Option<String>,

    /// As long as it has to be
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,

    /// 0 (whenever) to 10 (now), or low, normal, high, critical; normal when absent
    #[arg(long, value_name = "PRIORITY", value_parser = value::priority)]
    priority: Option<Priority>,

    /// For finding it again; as often as there are tags
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Most seconds of one run; the executor's own limit when absent
    #[arg(long, value_name = "SECS")]
    timeout: Option<u64>,

    /// Further tries after the first failed one; 3 when absent
    #[arg(long, value_name = "N")]
    retries: Option<u32>,

    /// Let somebody look at the outcome before it counts
    #[arg(long)]
    review: bool,

    /// Do not start it; `aegis task run` does
    #[arg(long)]
    manual: bool,

    /// What to do with a run that was cut off with the machine; rerun when absent
    #[arg(long, value_enum, value_name = "WHAT")]
    on_interrupt: Option<OnInterruptArg>,

    /// Start it after this time, such as 90s, 10m, 1h30 or 2d
    #[arg(long = "in", value_name = "DURATION", value_parser = value::duration, conflicts_with_all = ["at", "manual"])]
    after: Option<Duration>,

    /// Start it at this time, such as 2026-11-21T14:30:00+01:00 (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant, conflicts_with = "manual")]
    at: Option<Timestamp>,

    /// Show what it prints, and end with it: exit code 0 when it succeeded, 1 when not
    #[arg(long, conflicts_with = "manual")]
    wait: bool,

    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// An executor that this command can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Executor {
    /// Runs the command after `--`
    Shell,
    /// Tells you
    Reminder,
}

/// What to do with a run that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnInterruptArg {
    /// Run it again
    Rerun,
    /// Ask you
    Ask,
    /// It has failed
    Fail,
}

impl From<OnInterruptArg> for OnInterrupt {
    fn from(what: OnInterruptArg) -> Self {
        match what {
            OnInterruptArg::Rerun => Self::Rerun,
            OnInterruptArg::Ask => Self::Ask,
            OnInterruptArg::Fail => Self::Fail,
        }
    }
}

impl Create {
    /// Whether it stays until the work is done.
    pub(super) const fn waits(&self) -> bool {
        self.wait
    }

    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let wait = self.wait;
        // `--in` counts from now, not from when the engine was looked for.
        let request = self.into_request(out.now())?;
        let created = engine.call(CreateTask(request)).await?;
        if wait {
            return watch::to_the_end(engine, out, &created.card).await;
        }
        confirm(engine, out, &created, |created| &created.card)
    }
}

//! `aegis task create`.

mod request;

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::{Agent, Fields, Limits, SandboxArgs, ScheduleArgs, ShellArgs};
use crate::output::Output;
use crate::watch;
use crate::{clock, origin};
use aegis_domain::Pause;
use aegis_protocol::{CreateTask, UniqueTask};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Make a task: a command, a reminder, work for Claude Code, or something for you to do
#[derive(Debug, Default, PartialEq, Args)]
#[command(after_help = "\
A command after `--` is run as it is, without a shell; --script is run by one.
A time without a command makes a reminder. With neither, the task is yours to
do.

Examples:
  aegis task create -- cargo --version
  aegis task create --cwd ~/src --wait -- make test
  aegis task create --cwd ~/src/app --sandbox strict -- ./build
  aegis task create --script 'du -sh ~/src/* | sort -h | tail'
  aegis task create --secret GH_TOKEN=github -- gh pr list
  aegis task create --in 10m --title Stretch
  aegis task create --cwd ~/src --allow-tool Bash --claude 'Fix the failing test'
  aegis task create --weekly mon-fri --time 06:30 --title 'Go for a run'
  aegis task create --cron '0 9 * * mon-fri' --zone Europe/Berlin -- ./report
  aegis task create --after 12 --when 'exit_code == 2' -- ./repair
  aegis task create --param city=Berlin -- curl 'wttr.in/{{city}}?format=3'
  aegis task create --title 'Call the bank' --priority high --tag money")]
pub(crate) struct Create {
    /// Who does it; what else is given says so when this is absent
    #[arg(long, value_enum)]
    executor: Option<Executor>,

    /// Where the command works; the home directory when absent
    #[arg(long, value_name = "DIR")]
    cwd: Option<PathBuf>,

    /// Have Claude Code do this; the same as --executor claude_code -- TEXT
    #[arg(long, value_name = "PROMPT")]
    claude: Option<String>,

    /// How the command is held by `aegis task pause`; freeze when absent
    #[arg(long, value_enum, value_name = "HOW")]
    pause: Option<PauseArg>,

    /// Show what it prints, and end with it: exit code 0 when it succeeded, 1 when not
    #[arg(long, conflicts_with = "manual")]
    wait: bool,

    /// The whole task as JSON, from a file or, with -, from standard input; in place of all other
    /// options, of which it can say more
    #[arg(long, value_name = "FILE")]
    json_file: Option<PathBuf>,

    /// A name for this request: said again, it makes nothing and shows the task that it made;
    /// another request with it is refused
    #[arg(long, value_name = "KEY", help_heading = "Once")]
    key: Option<String>,

    /// Only when there is no other task of this kind that has not ended
    #[arg(long, value_name = "KIND", help_heading = "Once")]
    unique: Option<String>,

    /// With --unique: only while the other one stands in one of these states, such as
    /// queued,running
    #[arg(
        long,
        value_name = "STATES",
        help_heading = "Once",
        requires = "unique",
        value_delimiter = ','
    )]
    unique_while: Vec<String>,

    /// With --unique: show the other one, instead of refusing
    #[arg(long, help_heading = "Once", requires = "unique")]
    unique_existing: bool,

    /// The program and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,

    #[command(flatten)]
    agent: Agent,

    #[command(flatten)]
    fields: Fields,

    #[command(flatten)]
    sandbox: SandboxArgs,

    /// Do not start it; `aegis task run` does
    #[arg(long, help_heading = "Schedule", conflicts_with = crate::flags::KIND)]
    manual: bool,

    /// Whenever the tasks of --after have ended, each time anew
    #[arg(long, help_heading = "Schedule", requires = "after",
        conflicts_with_all = [crate::flags::KIND, "manual", "wait"])]
    follow: bool,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    shell: ShellArgs,
}

/// An executor that this command can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Executor {
    /// Runs the command after `--`
    Shell,
    /// Has Claude Code do what stands after `--`
    #[value(name = "claude_code", alias = "claude")]
    ClaudeCode,
    /// Tells you
    Reminder,
}

/// How a command is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PauseArg {
    /// Its processes are stopped where they are
    Freeze,
    /// It is ended, and goes on from the last checkpoint that it reported; frozen before the first
    Checkpoint,
}

impl From<PauseArg> for Pause {
    fn from(how: PauseArg) -> Self {
        match how {
            PauseArg::Freeze => Self::Frozen,
            PauseArg::Checkpoint => Self::Checkpoint,
        }
    }
}

impl Create {
    /// Whether it stays until the work is done.
    pub(super) const fn waits(&self) -> bool {
        self.wait
    }

    fn unique_task(&self) -> Option<UniqueTask> {
        let (while_in, existing) = (self.unique_while.clone(), self.unique_existing);
        self.unique.clone().map(|key| UniqueTask { key, while_in, existing })
    }

    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let wait = self.wait;
        // `--in` counts from now, not from when the engine was looked for.
        let (key, unique) = (self.key.clone(), self.unique_task());
        let task = self.into_request(out.now(), clock::zone)?;
        let origin = origin::of_environment();
        let created = engine.call(CreateTask { task, origin, key, unique }).await?;
        if created.existing {
            out.note("It was there already: nothing was made.");
        }
        if wait {
            return watch::to_the_end(engine, out, &created.card).await;
        }
        confirm(engine, out, &created, |created| &created.card)
    }
}

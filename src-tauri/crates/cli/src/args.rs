//! The command line as a whole; each command's own arguments stand with the command.

use crate::command::Command;
use crate::exit;
use clap::{CommandFactory, Parser};
use std::ffi::OsString;

/// Hand work to this machine once: it remembers it, schedules it, runs it, and shows what it did.
#[derive(Debug, Parser)]
#[command(
    name = "aegis",
    version,
    after_help = exit::help(),
    after_long_help = long_help()
)]
pub(crate) struct Cli {
    /// Answer with JSON, for programs; errors too, on standard error
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

fn long_help() -> String {
    format!(
        "\
A task is named by its number (12 or #12), its short id, its slug, or its full
id.

Examples:
  aegis task create -- cargo --version         run a program
  aegis task create --in 10m --title Stretch   be reminded
  aegis task create --hourly --title Stretch   be reminded again and again
  aegis task create --after 12 -- make test    run it when #12 has completed
  aegis schedule next --cron \"0 9 * * 1-5\"     when that would be
  aegis quick-add \"run: make test in ~/src\"    say it in plain words
  aegis task logs -f 12                        watch what it prints
  aegis serve                                  run the engine without a window

Data is in AEGIS_HOME when that is set, else in the XDG directories, such as
~/.local/share/aegis. NO_COLOR switches colours off.

With --json, standard output has one JSON document; feeds (`task logs`,
`events -f`) have one JSON object a line. An error is
{{\"error\":{{\"kind\",\"message\",\"hint\",\"field\"}}}} on standard error.

{}",
        exit::help()
    )
}

/// Reads the command line.
///
/// # Errors
/// What clap says: also for `--help` and `--version`.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(arguments)
}

/// The command line as data, for completions and the manual.
pub(crate) fn program() -> clap::Command {
    Cli::command()
}

/// Whether a command line that could not be read asks for JSON all the same.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|word| *word != "--").any(|word| word == "--json")
}

#[cfg(test)]
mod tests;

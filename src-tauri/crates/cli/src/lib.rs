//! The `aegis` program: Aegis on the command line, and its engine without a window.
//!
//! Each command builds a request of `aegis-protocol`, hands it to the engine that runs (or to one
//! that it starts for the one command), and shows the answer: to people as words and columns, with
//! `--json` as the protocol's own types. One command stands in one file of `command/`.
//!
//! **Invariants:** there is no rule of the product here: what is allowed is the engine's business,
//! and whether it sits in this process or at the other end of a socket is known to `connection`
//! alone. Nothing of this needs WebKit. Untrusted text never reaches a terminal unescaped
//! (`render::visible`).

mod args;
mod clock;
mod command;
mod connection;
mod document;
mod error;
mod exit;
mod flags;
mod following;
mod origin;
mod output;
#[cfg(test)]
mod played;
mod render;
mod signals;
mod terminal;
mod usage;
mod value;
mod watch;

use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use std::ffi::OsString;
use std::process::ExitCode;

/// Reads the arguments of this process, does what they say, and tells how it went.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let exit = match args::parse(&arguments) {
        Ok(cli) => {
            let mut out = Output::of_process(cli.json);
            let result = run(cli, &mut out);
            conclude(result, &mut out)
        }
        Err(refused) => {
            let mut out = Output::of_process(args::wants_json(&arguments));
            usage::report(refused, &mut out)
        }
    };
    exit.into()
}

/// Does what the command says, on threads of its own.
fn run(cli: args::Cli, out: &mut Output) -> Result<Exit, Error> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Threads)?;
    let result = runtime.block_on(command::run(cli.command, out));
    // Whatever had to be ended was waited for; what is left may not hold up the end.
    runtime.shutdown_background();
    result
}

/// Says what went wrong, if anything did.
fn conclude(result: Result<Exit, Error>, out: &mut Output) -> Exit {
    let result = result.and_then(|exit| out.flush().map(|()| exit).map_err(Error::Output));
    match result {
        Ok(exit) => exit,
        // Whoever reads has seen enough, as `aegis task list | head -1` does.
        Err(error) if error.is_broken_pipe() => Exit::Success,
        Err(error) => {
            out.error(&error);
            error.exit()
        }
    }
}

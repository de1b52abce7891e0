//! `cargo xtask`: the build steps that cargo alone cannot do.
//!
//! It must never do what a plain `cargo build` does, need the network beyond npm's registry, or hold a rule of the
//! product: it moves files and starts tests.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a build program talks to the terminal"
)]
#![allow(clippy::disallowed_types, reason = "it starts cargo and npm, which end by themselves")]

mod promises;
mod ui;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
Usage: cargo xtask ui [--dev]
       cargo xtask promises [P2]

  ui          build the window's frontend into ui/dist
    --dev     without size optimisation: faster to build, larger to load
  promises    show the promises of docs/promises.md at their full numbers, or only the one named";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["ui"] => ui::build(&root()?, ui::Profile::Release),
        ["ui", "--dev"] => ui::build(&root()?, ui::Profile::Dev),
        ["promises"] => promises::run(&root()?, None),
        ["promises", only] => promises::run(&root()?, Some(only)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [] => bail!("no task given\n\n{USAGE}"),
        other => bail!("there is no task `{}`\n\n{USAGE}", other.join(" ")),
    }
}

/// The workspace that cargo runs this in, wherever that is started from. What was known when this
/// was built may be another clone that shares the folder of what is built.
fn root() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
    let root = Path::new(&own).parent().context("xtask lies outside the workspace")?;
    Ok(root.to_owned())
}

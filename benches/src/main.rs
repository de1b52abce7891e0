//! `aegis-bench`: the speed figures of docs/promises.md, a line each.
//!
//! Ratios are taken from rounds in which everything that is compared takes its turn, in one run on
//! one machine; floors are measured beside them. A figure that falls short fails nothing; what does
//! not work at all does.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a terminal")]

mod copies;
mod durability;
mod figure;
mod finding;
mod floor;
mod own;
mod peer;
mod serve;
mod site;
mod size;
mod stats;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use durability::Synchronous;
use figure::FIGURES;
use site::Site;
use size::Size;
use std::process::ExitCode;
use std::time::Duration;

/// How fast Aegis is.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Measures the figures of docs/promises.md.
    Figures {
        /// Only these: `S1`, `S1,S3`.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// How much is measured.
        #[arg(long, value_enum, default_value_t = Size::Full)]
        size: Size,
        /// Leaves out the peers, and what is held against them is not judged.
        #[arg(long)]
        no_peers: bool,
    },
    /// Repeats S1's loop of our own, for perf and strace.
    Own {
        /// How safe a commit is.
        #[arg(long, value_enum, default_value_t = Synchronous::Normal)]
        durability: Synchronous,
        /// Who asks for work at the same time.
        #[arg(long, default_value_t = 64)]
        submitters: u32,
        /// How long they ask; then what was asked for is done.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().what {
        What::Figures { only, size, no_peers } => figures(&only, size, !no_peers),
        What::Own { durability, submitters, seconds } => {
            alone(durability, submitters.max(1), Duration::from_secs(seconds))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn figures(only: &[String], size: Size, with_peers: bool) -> Result<()> {
    for name in only {
        if !FIGURES.iter().any(|figure| figure.name == name) {
            let known: Vec<_> = FIGURES.iter().map(|figure| figure.name).collect();
            bail!("{name} is not measured here; these are: {}", known.join(", "));
        }
    }
    let site = Site::new(size, with_peers)?;
    let mut broken = 0;
    for figure in FIGURES.iter().filter(|f| only.is_empty() || only.iter().any(|o| o == f.name)) {
        match (figure.measure)(&site) {
            Ok(finding) => println!("{finding}"),
            Err(error) => {
                println!("{} does not work: {error:#}", figure.name);
                broken += 1;
            }
        }
    }
    if broken > 0 {
        bail!("{broken} of the figures could not be taken");
    }
    Ok(())
}

fn alone(sync: Synchronous, submitters: u32, time: Duration) -> Result<()> {
    let site = Site::new(Size::Full, false)?;
    let own = own::Own::new(&site.work, sync, own::NoOp::new())?;
    let seen = own.work(submitters, own::Until::Time(time))?;
    own.stop()?;
    println!(
        "{:.0}/s: {} tasks in {:.2} s, {submitters} submitters, synchronous={}",
        seen.per_second(),
        seen.tasks,
        seen.took.as_secs_f64(),
        sync.name()
    );
    Ok(())
}

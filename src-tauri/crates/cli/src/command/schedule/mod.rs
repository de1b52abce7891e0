//! `aegis schedule`: one command a file.

mod describe;
mod list;
mod next;
mod run_due;
mod simulate;

use super::with_engine;
use crate::clock;
use crate::connection::Purpose;
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::{Limits, ScheduleArgs};
use crate::output::Output;
use aegis_domain::{Schedule, Timestamp};
use clap::Subcommand;

/// When things happen: what is coming, and what would
#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    /// The next times of a schedule that is only thought of
    Next(Box<next::Next>),
    /// What a schedule would do if nothing ran for a while, or the clocks change
    Simulate(Box<simulate::Simulate>),
    /// A schedule in words
    Describe(Box<describe::Describe>),
    /// The tasks whose schedules come due, the next first
    List(list::List),
    /// Make everything that is due now, as the engine does by itself
    RunDue(run_due::RunDue),
}

impl ScheduleCommand {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::Next(command) => command.run(out),
            Self::Describe(command) => command.run(out),
            Self::Simulate(command) => match command.offline(out)? {
                Some(exit) => Ok(exit),
                None => {
                    with_engine(Purpose::OneCommand, out, async |engine, out| {
                        command.run(engine, out).await
                    })
                    .await
                }
            },
            Self::List(command) => {
                with_engine(Purpose::OneCommand, out, async |engine, out| {
                    command.run(engine, out).await
                })
                .await
            }
            Self::RunDue(command) => {
                with_engine(Purpose::OneCommand, out, async |engine, out| {
                    command.run(engine, out).await
                })
                .await
            }
        }
    }
}

/// The schedule that the arguments describe.
fn described(
    schedule: ScheduleArgs,
    limits: impl Into<Limits>,
    now: Timestamp,
) -> Result<Schedule, Error> {
    schedule.schedule(limits, now, clock::zone)?.ok_or_else(|| {
        Error::usage(
            "No schedule is named.",
            "Use --every, --hourly, --daily, --weekly, --monthly, --cron, --in or --at.",
        )
    })
}

#[cfg(test)]
mod tests;

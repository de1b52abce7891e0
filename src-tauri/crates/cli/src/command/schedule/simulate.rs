//! `aegis schedule simulate`.

use super::described;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::{CountArg, KIND, ScheduleArgs};
use crate::output::Output;
use crate::render::schedule;
use crate::value;
use aegis_api::answer;
use aegis_domain::{TaskRef, Timestamp};
use aegis_protocol::{ApiError, Downtime, SimulateSchedule, SimulatedStep};
use clap::Args;

/// What a schedule would do if nothing ran for a while, or the clocks change
#[derive(Debug, Args)]
#[command(after_help = "\
It asks the same code that makes the real occurrences, and makes nothing.
Without --task it needs no engine.

Examples:
  aegis schedule simulate --daily 02:30 --zone Europe/Berlin \\
    --from 2026-03-28T00:00:00Z --until 2026-03-31T00:00:00Z
  aegis schedule simulate --task 12 \\
    --from 2026-12-01T00:00:00Z --until 2026-12-08T00:00:00Z \\
    --down 2026-12-02T00:00:00Z..2026-12-05T12:00:00Z")]
pub(crate) struct Simulate {
    /// The schedule of this task, in place of one that is described
    #[arg(long, value_name = "TASK", value_parser = value::task, conflicts_with = KIND)]
    task: Option<TaskRef>,

    /// From here on (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    from: Timestamp,

    /// Up to here, at most five years later (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    until: Timestamp,

    /// When nothing runs; as often as there are such times
    #[arg(long, value_name = "FROM..TO", value_parser = value::downtime)]
    down: Vec<Downtime>,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    count: CountArg,
}

impl Simulate {
    /// The answer for a schedule that is described; none for that of a task, which only the engine
    /// knows.
    pub(super) fn offline(&self, out: &mut Output) -> Result<Option<Exit>, Error> {
        if self.task.is_none() {
            let schedule = described(self.schedule.clone(), self.count, self.from)?;
            let steps = {
                let schedule = schedule.check(self.from).map_err(ApiError::from)?;
                answer::simulation(&schedule, self.from, self.until, &self.down)?
            };
            return self.show(&steps, out).map(Some);
        }
        let nothing_else = self.schedule.is_absent() && self.count == CountArg::default();
        if nothing_else {
            return Ok(None);
        }
        Err(Error::usage(
            "--task takes the schedule as it is, so no other option can say something of it.",
            "Leave --task out, and describe the whole schedule.",
        ))
    }

    pub(super) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let request = SimulateSchedule {
            task: self.task.clone(),
            schedule: None,
            from: self.from,
            until: self.until,
            down: self.down.clone(),
        };
        let steps = engine.call(request).await?;
        self.show(&steps, out)
    }

    fn show(&self, steps: &[SimulatedStep], out: &mut Output) -> Result<Exit, Error> {
        out.answer(steps, schedule::steps)?;
        if steps.is_empty() {
            out.note("Nothing would happen in that time.");
        }
        Ok(Exit::Success)
    }
}

//! Schedules: what they mean, what is coming, what would happen.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::machine::Command;
use aegis_domain::schedule::{self, ClockChange, Schedule, SimulatedKind, ZoneName};
use aegis_domain::{Invalid, TaskNumber, Timestamp};
use aegis_protocol::{
    ApiError, ListUpcoming, LocalInstant, PreviewSchedule, RunDue, SchedulePreview,
    SimulateSchedule, SimulatedStep, UpcomingEntry,
};
use async_trait::async_trait;

const DEFAULT_COUNT: u32 = 5;
const MAX_COUNT: u32 = 1000;
const DEFAULT_UPCOMING: u32 = 20;
const MAX_UPCOMING: u32 = 500;
/// Most steps of a simulation.
const MAX_STEPS: usize = 10_000;
/// Longest time that is simulated.
const MAX_SIMULATED: chrono::TimeDelta = chrono::TimeDelta::days(5 * 366);

impl Door {
    /// The zone whose clocks a schedule is about; the user's for one that names none.
    fn zone_of(&self, schedule: &Schedule) -> chrono_tz::Tz {
        let named = match schedule {
            Schedule::Recurring(recurrence) => recurrence.zone.tz().ok(),
            _ => None,
        };
        named.unwrap_or(self.api.parts.zone)
    }

    fn local(&self, schedule: &Schedule, at: Timestamp) -> LocalInstant {
        LocalInstant { at, local: at.with_timezone(&self.zone_of(schedule)).to_rfc3339() }
    }

    /// The next instants of a schedule after `after`.
    pub(super) fn next_instants(
        schedule: &Schedule,
        after: Timestamp,
        count: u32,
    ) -> Vec<Timestamp> {
        let following = |at: &Timestamp| schedule::next_due(schedule, *at);
        let first = schedule::next_due(schedule, after);
        std::iter::successors(first, following)
            .take(usize::try_from(count).unwrap_or(usize::MAX))
            .collect()
    }
}

#[async_trait]
impl Handle<PreviewSchedule> for Door {
    async fn handle(&self, request: PreviewSchedule) -> Result<SchedulePreview, ApiError> {
        let after = request.after.unwrap_or_else(|| self.api.now());
        let schedule = request.schedule.check(after)?;
        let count = request.count.unwrap_or(DEFAULT_COUNT).clamp(1, MAX_COUNT);
        let instants = Self::next_instants(&schedule, after, count);
        Ok(SchedulePreview {
            text: schedule::describe(&schedule),
            instants: instants.into_iter().map(|at| self.local(&schedule, at)).collect(),
        })
    }
}

#[async_trait]
impl Handle<SimulateSchedule> for Door {
    async fn handle(&self, request: SimulateSchedule) -> Result<Vec<SimulatedStep>, ApiError> {
        let SimulateSchedule { task, schedule, from, until, down } = request;
        let schedule = match (task, schedule) {
            (Some(task), None) => self.api.task(&task).await?.definition.schedule,
            (None, Some(schedule)) => schedule.check(from)?,
            _ => {
                return Err(Invalid::new(
                    "schedule",
                    "Either a task or a schedule has to be named, not both.",
                    "Leave one of them out.",
                )
                .into());
            }
        };
        if until <= from || until - from > MAX_SIMULATED {
            return Err(Invalid::new(
                "until",
                "The simulated time ends before it begins, or is longer than five years.",
                "Choose an end after the beginning, at most five years later.",
            )
            .into());
        }
        let down: Vec<_> = down.iter().map(|d| (d.from, d.to)).collect();
        let steps = schedule::simulate(&schedule, from, until, &down, MAX_STEPS)?;
        Ok(steps
            .into_iter()
            .map(|step| match step.what {
                SimulatedKind::Fires { at } | SimulatedKind::FiresLate { at } => {
                    SimulatedStep::Fires {
                        instant: LocalInstant { at: step.instant, local: step.local },
                        at,
                        note: step.clocks.map(note),
                    }
                }
                SimulatedKind::SkippedRange(range) => SimulatedStep::Skipped { range },
            })
            .collect())
    }
}

/// What a change of the clocks has to do with an instant, for people.
fn note(change: ClockChange) -> String {
    match change {
        ClockChange::Skipped { meant } => {
            format!("the clocks skip {}, so it happens just after", meant.format("%H:%M"))
        }
        ClockChange::FirstOfTwo => "the clocks show this time twice; this is the first".to_owned(),
        ClockChange::SecondOfTwo => {
            "the clocks show this time twice; this is the second".to_owned()
        }
    }
}

#[async_trait]
impl Handle<ListUpcoming> for Door {
    async fn handle(&self, request: ListUpcoming) -> Result<Vec<UpcomingEntry>, ApiError> {
        let limit = request.limit.unwrap_or(DEFAULT_UPCOMING).clamp(1, MAX_UPCOMING);
        let now = self.api.now();
        let tasks = self.api.read(move |r| r.upcoming(limit)).await?;
        let entry = |task: aegis_domain::Task| {
            let at = task.next_due?;
            Some(UpcomingEntry {
                task: task.id,
                number: task.number,
                title: task.definition.title.to_string(),
                at,
                schedule: schedule::describe(&task.definition.schedule),
                overdue: at <= now,
            })
        };
        Ok(tasks.into_iter().filter_map(entry).collect())
    }
}

#[async_trait]
impl Handle<RunDue> for Door {
    async fn handle(&self, _: RunDue) -> Result<Vec<TaskNumber>, ApiError> {
        let now = self.api.now();
        let due = self.api.read(move |r| r.upcoming(MAX_UPCOMING)).await?;
        let mut numbers = Vec::new();
        for task in due.into_iter().filter(|task| task.next_due.is_some_and(|at| at <= now)) {
            // The engine may be faster: then there is nothing left to make.
            self.api.submit(Command::Advance { task: task.id }).await?;
            numbers.push(task.number);
        }
        Ok(numbers)
    }
}

/// The user's zone as a schedule names it.
pub(super) fn zone_name(door: &Door) -> ZoneName {
    door.api.parts.zone.into()
}

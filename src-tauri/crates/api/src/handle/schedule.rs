//! Schedules: what they mean, what is coming, what would happen.

use crate::answer;
use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::machine::Command;
use aegis_domain::schedule::ZoneName;
use aegis_domain::{Invalid, TaskNumber};
use aegis_protocol::{
    ApiError, ListUpcoming, PreviewSchedule, RunDue, SchedulePreview, SimulateSchedule,
    SimulatedStep, UpcomingEntry,
};
use async_trait::async_trait;

const DEFAULT_COUNT: u32 = 5;
const MAX_COUNT: u32 = 1000;
const DEFAULT_UPCOMING: u32 = 20;
const MAX_UPCOMING: u32 = 500;

#[async_trait]
impl Handle<PreviewSchedule> for Door {
    async fn handle(&self, request: PreviewSchedule) -> Result<SchedulePreview, ApiError> {
        let after = request.after.unwrap_or_else(|| self.api.now());
        let count = request.count.unwrap_or(DEFAULT_COUNT).clamp(1, MAX_COUNT);
        answer::preview(request.schedule, after, count, self.api.parts.zone)
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
        answer::simulation(&schedule, from, until, &down)
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
                schedule: self.api.in_words(&task.definition.schedule),
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

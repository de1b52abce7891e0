//! What agents called, and what work has cost.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::budget::span_of;
use aegis_domain::machine::Command;
use aegis_domain::{Passage, Period, ToolUse};
use aegis_protocol::{
    ApiError, ListToolUses, NoteToolUse, ScheduleSpending, ShowSpending, SpendingView, ToolUsePage,
};
use async_trait::async_trait;

const DEFAULT_PAGE: u32 = 100;
const MAX_PAGE: u32 = 1_000;

#[async_trait]
impl Handle<ListToolUses> for Door {
    async fn handle(&self, request: ListToolUses) -> Result<ToolUsePage, ApiError> {
        let limit = request.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE);
        let task = match &request.task {
            Some(name) => Some(self.api.task(name).await?.id),
            None => None,
        };
        let (run, after) = (request.run, request.after);
        let rows = self
            .api
            .read(move |r| match run {
                Some(run) => r.tool_uses_of_run(run, after.unwrap_or(0), limit),
                None => r.tool_uses(task, after, limit),
            })
            .await?;
        let full = rows.len() == limit as usize;
        let next = rows.last().filter(|_| full).map(|(number, _)| *number);
        Ok(ToolUsePage { uses: rows.into_iter().map(|(_, used)| used).collect(), next })
    }
}

#[async_trait]
impl Handle<NoteToolUse> for Door {
    async fn handle(&self, request: NoteToolUse) -> Result<(), ApiError> {
        let used = ToolUse {
            task: None,
            occurrence: None,
            run: None,
            passage: Passage::Unwatched,
            ..request.used
        };
        let used = Box::new(used.bounded()?);
        self.api.submit(Command::NoteToolUse { used }).await.map(drop)
    }
}

#[async_trait]
impl Handle<ShowSpending> for Door {
    async fn handle(&self, request: ShowSpending) -> Result<SpendingView, ApiError> {
        let task = match &request.task {
            Some(name) => Some(self.api.task(name).await?),
            None => None,
        };
        let (zone, now) = (self.api.parts.zone, self.api.now());
        let day = span_of(Period::Day, now, zone);
        let month = span_of(Period::Month, now, zone);
        let budget = task.as_ref().and_then(|task| task.definition.schedule_budget);
        let period = budget.map(|budget| span_of(budget.per, now, zone));
        let id = task.map(|task| task.id);
        let (today, month, of_period) = self
            .api
            .read(move |r| {
                let of_period = period.map(|period| r.spent(id, period.since)).transpose()?;
                Ok((r.spent(id, day.since)?, r.spent(id, month.since)?, of_period))
            })
            .await?;
        let schedule = budget.zip(period).zip(of_period);
        let schedule_budget = schedule.map(|((budget, period), spent)| ScheduleSpending {
            budget,
            spent,
            until: period.until,
        });
        Ok(SpendingView {
            today,
            month,
            day_since: day.since,
            day_until: day.until,
            // The day's budget is of everything, and not of one task.
            daily_budget: if id.is_none() {
                self.api.parts.settings.view().daily_budget
            } else {
                None
            },
            schedule_budget,
        })
    }
}

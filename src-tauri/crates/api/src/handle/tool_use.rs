//! What agents called, and what work has cost.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::machine::Command;
use aegis_domain::{Passage, Timestamp, ToolUse};
use aegis_protocol::{
    ApiError, ListToolUses, NoteToolUse, ShowSpending, SpendingView, ToolUsePage,
};
use async_trait::async_trait;
use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeZone as _};

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
            Some(name) => Some(self.api.task(name).await?.id),
            None => None,
        };
        let zone = self.api.parts.zone;
        let today = self.api.now().with_timezone(&zone).date_naive();
        let day_since = begin_of(today, zone);
        let first = today.with_day(1).unwrap_or(today);
        let month_since = begin_of(first, zone);
        let (today, month) = self
            .api
            .read(move |r| Ok((r.spent(task, day_since)?, r.spent(task, month_since)?)))
            .await?;
        Ok(SpendingView { today, month, day_since, daily_budget: None })
    }
}

/// The first moment of a day: where clocks skip midnight, the moment just after.
fn begin_of(day: NaiveDate, zone: chrono_tz::Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=3)
        .find_map(|hour| {
            zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(hour))).earliest()
        })
        .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

//! Looking at tasks.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_protocol::{ApiError, ListTasks, ShowTask, TaskPage, TaskView};
use async_trait::async_trait;

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 500;
const OCCURRENCES: u32 = 50;
const RUNS: u32 = 200;

#[async_trait]
impl Handle<ShowTask> for Door {
    async fn handle(&self, request: ShowTask) -> Result<TaskView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let id = task.id;
        let (occurrences, runs) = self
            .api
            .read(move |r| Ok((r.occurrences(id, OCCURRENCES)?, r.runs(id, RUNS)?)))
            .await?;
        let card = self.card_of(id).await?;
        Ok(TaskView { card, task, occurrences, runs })
    }
}

#[async_trait]
impl Handle<ListTasks> for Door {
    async fn handle(&self, request: ListTasks) -> Result<TaskPage, ApiError> {
        let limit = request.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE);
        let mut rows =
            self.api.read(move |r| r.page(request.column, request.before, limit + 1)).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = if more { rows.last().map(|row| row.task.number) } else { None };
        Ok(TaskPage { tasks: rows.into_iter().map(|row| self.api.card(row)).collect(), next })
    }
}

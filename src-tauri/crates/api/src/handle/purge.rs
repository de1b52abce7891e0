//! Removing for good.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_write;
use aegis_protocol::{ApiError, Clean, CleanedView, PurgeDeleted, PurgeTask, PurgedTasks};
use async_trait::async_trait;

#[async_trait]
impl Handle<PurgeTask> for Door {
    async fn handle(&self, request: PurgeTask) -> Result<(), ApiError> {
        let task = self.api.task(&request.task).await?;
        self.api.engine().purge(task.id).await.map_err(|e| from_write(&e))
    }
}

#[async_trait]
impl Handle<PurgeDeleted> for Door {
    async fn handle(&self, _: PurgeDeleted) -> Result<PurgedTasks, ApiError> {
        let gone = self.api.engine().purge_deleted().await;
        gone.map(|(purged, held)| PurgedTasks { purged, held }).map_err(|e| from_write(&e))
    }
}

#[async_trait]
impl Handle<Clean> for Door {
    async fn handle(&self, request: Clean) -> Result<CleanedView, ApiError> {
        let dry_run = request.dry_run;
        let done = self.api.engine().clean(dry_run).await.map_err(|e| from_write(&e))?;
        Ok(CleanedView {
            dry_run,
            as_of: done.as_of,
            logs: done.logs,
            log_bytes: done.log_bytes,
            copies: done.copies,
            copy_bytes: done.copy_bytes,
            occurrences: done.occurrences,
            runs: done.runs,
            messages: done.messages,
            keys: done.keys,
            tasks: done.tasks,
            held: done.held,
        })
    }
}

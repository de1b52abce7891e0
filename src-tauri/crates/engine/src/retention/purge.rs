//! Removing deleted tasks for good, with their files and their words.

use super::LOOK;
use super::logs::remove_logs;
use crate::engine::Shared;
use aegis_domain::{RunId, Task, TaskId, Timestamp};
use aegis_store::retention::Chore;
use aegis_store::{Reader, StoreError, WriteError};
use std::sync::Arc;

/// Every run of a task.
pub(super) async fn runs_of(shared: &Shared, task: TaskId) -> Result<Vec<RunId>, StoreError> {
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let some = shared.store.read(move |r| r.runs_after(task, after, LOOK)).await?;
        let Some(last) = some.last() else { return Ok(all) };
        after = last.token.0;
        all.extend(some.into_iter().map(|run| run.id));
    }
}

/// Removes a deleted task for good, with everything of it.
pub(crate) async fn purge(shared: &Arc<Shared>, task: TaskId) -> Result<(), WriteError> {
    // Refused before anything has gone.
    let found = shared
        .store
        .read(move |r| r.task(&task.into())?.map(|task| r.may_purge(&task)).transpose());
    found.await?.transpose()?;
    let runs = runs_of(shared, task).await?;
    while shared.store.tidy(Chore::Purge(task)).await?.more {}
    remove_logs(shared, runs).await;
    shared.store.search(move |index| index.forget(task)).await?;
    tracing::info!(%task, "a deleted task was removed for good");
    Ok(())
}

/// Removes every task for good that was deleted before `cutoff`; how many went, and how many have
/// to stay because others name them.
pub(crate) async fn purge_before(
    shared: &Arc<Shared>,
    cutoff: Timestamp,
) -> Result<(u64, u64), WriteError> {
    let mut purged = 0;
    loop {
        let (mut went, mut held) = (0, 0);
        let mut after: Option<Task> = None;
        loop {
            let begin = after.clone();
            let look = move |r: &Reader<'_>| r.deleted_before(cutoff, begin.as_ref(), LOOK);
            let found = shared.store.read(look).await?;
            let Some(last) = found.last() else { break };
            after = Some(last.clone());
            for task in found {
                match purge(shared, task.id).await {
                    Ok(()) => went += 1,
                    Err(WriteError::Refused(_)) => held += 1,
                    Err(error) => return Err(error),
                }
            }
        }
        purged += went;
        // One that went may have been what held another one.
        if went == 0 || held == 0 {
            return Ok((purged, held));
        }
    }
}

//! Keeping the index of the search, beside the work.

use crate::engine::Shared;
use aegis_store::list::Page;
use aegis_store::search::{Behind, Found, SearchRequest};
use aegis_store::{Commit, StoreError};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Events of one step: it takes some milliseconds.
const STEP: u32 = 200;
/// What comes within this time is taken in together.
const GATHER: Duration = Duration::from_millis(500);
/// A step is followed by a rest of so many times its length: the work comes first.
const REST: u32 = 10;
/// For a search to take in what is new.
const PATIENCE: Duration = Duration::from_secs(1);
/// After the start, which comes first.
const SETTLED: Duration = Duration::from_secs(2);
/// Between two tries after the index could not be written.
const AFTER_FAILURE: Duration = Duration::from_secs(60);

/// What a search has found.
#[derive(Debug, Clone)]
pub struct SearchAnswer {
    /// The page.
    pub page: Page<Found>,
    /// Events that had not been taken in by then: after an import of many tasks there can be some.
    pub behind: u64,
}

/// Takes in what is committed, until the engine stops.
pub(crate) async fn keep(shared: Arc<Shared>, mut commits: broadcast::Receiver<Arc<Commit>>) {
    let mut pause = SETTLED;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shared.stopping.cancelled() => return,
        }
        pause = match catch_up(&shared).await {
            Ok(()) => tokio::select! {
                gather = next(&mut commits) => gather,
                () = shared.stopping.cancelled() => return,
            },
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "the index of the search was not kept; trying again");
                AFTER_FAILURE
            }
        };
    }
}

/// Returns when something has happened, with how long to gather.
async fn next(commits: &mut broadcast::Receiver<Arc<Commit>>) -> Duration {
    loop {
        match commits.recv().await {
            Ok(commit) if commit.events.is_empty() => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return GATHER,
            Err(RecvError::Closed) => return Duration::ZERO,
        }
    }
}

/// Takes in everything that is there, with rests in between.
async fn catch_up(shared: &Arc<Shared>) -> Result<(), StoreError> {
    loop {
        let begun = Instant::now();
        if step(shared).await?.events == 0 {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(begun.elapsed() * REST) => {}
            () = shared.stopping.cancelled() => return Err(StoreError::Closed),
        }
    }
}

async fn step(shared: &Arc<Shared>) -> Result<Behind, StoreError> {
    let logs = Arc::clone(shared);
    shared.store.search(move |index| index.catch_up(STEP, &|run| logs.logs.ends(run))).await
}

/// Finds, after the index has taken in what is new, for as long as that is bearable.
pub(crate) async fn search(
    shared: &Arc<Shared>,
    request: SearchRequest,
) -> Result<SearchAnswer, StoreError> {
    match look(shared, request.clone()).await {
        // It has been thrown away by now, and is made again.
        Err(StoreError::Corrupt(_)) => look(shared, request).await,
        answer => answer,
    }
}

async fn look(shared: &Arc<Shared>, request: SearchRequest) -> Result<SearchAnswer, StoreError> {
    let begun = Instant::now();
    let behind = loop {
        match step(shared).await {
            Ok(behind) if behind.events == 0 || begun.elapsed() > PATIENCE => break behind.events,
            Ok(_) => {}
            // What is in the index can be found all the same.
            Err(StoreError::DiskFull | StoreError::ReadOnly) => break u64::MAX,
            Err(error) => return Err(error),
        }
    };
    let page = shared.store.search(move |index| index.find(&request)).await?;
    Ok(SearchAnswer { page, behind })
}

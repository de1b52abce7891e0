//! Aegis' own figures, as they happen: a sample a minute, and none when nothing happens.
//!
//! The sampler sleeps until something is committed. It then waits for the end of the minute and
//! writes down what has happened by then; while runs are at work it goes on so. An idle engine wakes
//! nobody and writes nothing.

use crate::engine::Shared;
use aegis_domain::Timestamp;
use aegis_domain::metrics::{Sample, Spread};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// The length of a sample, in milliseconds.
const MINUTE: i64 = 60_000;

/// How long commands took, since somebody last asked.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Spread>);

impl Answers {
    pub(crate) fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(micros);
    }

    fn take(&self) -> Spread {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Samples until the engine stops.
pub(crate) async fn sample(
    shared: Arc<Shared>,
    mut commits: broadcast::Receiver<Arc<aegis_store::Commit>>,
) {
    loop {
        if !shared.pool.is_busy() {
            tokio::select! {
                commit = commits.recv() => if matches!(commit, Err(RecvError::Closed)) {
                    return;
                },
                () = shared.stopping.cancelled() => {}
            }
        }
        let from = shared.clock.now();
        let left = MINUTE - from.timestamp_millis().rem_euclid(MINUTE);
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        tokio::select! {
            () = tokio::time::sleep(left) => {}
            () = shared.stopping.cancelled() => {}
        }
        // What happens while the engine stops is kept when it has stopped.
        if shared.stopping.is_cancelled() {
            return;
        }
        keep(&shared, from).await;
        // What was committed meanwhile is in the sample.
        commits = commits.resubscribe();
    }
}

/// Writes down what has happened since `from`, if anything has.
pub(crate) async fn keep(shared: &Shared, from: Timestamp) {
    let mut sample = take(shared);
    if sample.is_empty() {
        return;
    }
    let now = shared.clock.now();
    match shared.store.read(move |r| r.queue_depth(now)).await {
        Ok(depth) => sample.queue.add(depth),
        Err(error) => tracing::debug!(%error, "the queue could not be looked at"),
    }
    if let Err(error) = shared.store.keep_sample(from, sample).await {
        tracing::warn!(%error, "a sample of the figures was lost");
    }
}

/// What has happened since it was last taken.
fn take(shared: &Shared) -> Sample {
    Sample {
        commands: shared.answers.take(),
        busy_ms: shared.pool.take_busy(),
        ..shared.store.take_commits()
    }
}

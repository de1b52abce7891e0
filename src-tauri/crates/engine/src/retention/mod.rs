//! Removing what is old: a while after the start, and then every day.

mod copies;
mod logs;
mod purge;

pub(crate) use copies::unreferenced_artifacts;
pub(crate) use purge::{purge, purge_before};

use crate::alarm::Alarm;
use crate::engine::Shared;
use aegis_domain::retention::{self, BETWEEN, Keep, SENT_DAYS, Swept, cutoff};
use aegis_domain::{OccurrenceId, RunId, Task, Timestamp};
use aegis_store::retention::{Chore, OldOccurrence};
use aegis_store::{Reader, StoreError, WriteError};
use chrono::TimeDelta;
use purge::runs_of;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// After the start, so that it is not slowed down.
const SETTLED: TimeDelta = TimeDelta::minutes(2);
/// From one try to the next, at least.
const AGAIN: TimeDelta = TimeDelta::hours(1);
/// Rows that one step looks at.
const LOOK: u32 = 500;
/// Rows that one step removes: it takes some milliseconds.
const STEP: usize = 100;
/// Entries of the index of the search that one step looks at.
const ENTRIES: u32 = 1000;
const MIB: u64 = 1024 * 1024;

/// What was removed, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleaned {
    /// The moment that ages were measured against: earlier than now after the clock has jumped.
    pub as_of: Timestamp,
    /// Logs.
    pub logs: u64,
    /// Bytes of these.
    pub log_bytes: u64,
    /// Copies of files that no run names any more.
    pub copies: u64,
    /// Bytes of these.
    pub copy_bytes: u64,
    /// Occurrences.
    pub occurrences: u64,
    /// Runs of these.
    pub runs: u64,
    /// Messages that were sent.
    pub messages: u64,
    /// Keys of requests.
    pub keys: u64,
    /// Tasks that had been deleted.
    pub tasks: u64,
    /// Tasks that had been deleted and have to stay, because other tasks name them.
    pub held: u64,
}

/// Cleans up when it is due, until the engine stops.
pub(crate) async fn keep(shared: Arc<Shared>, mut alarm: Alarm) {
    let mut earliest = shared.clock.now() + SETTLED;
    loop {
        let last = shared.store.read(|r| r.last_sweep()).await.ok().flatten();
        let due = due(last, earliest, shared.clock.now());
        tokio::select! {
            () = alarm.wait(Some(due)) => {}
            () = shared.stopping.cancelled() => return,
        }
        let now = shared.clock.now();
        if now < due {
            // The clock was set.
            continue;
        }
        earliest = now + AGAIN;
        match clean(&shared, false).await {
            Ok(cleaned) => tracing::info!(?cleaned, "what is old was removed"),
            Err(WriteError::Store(StoreError::Closed)) => return,
            Err(error) => tracing::error!(%error, "what is old stays for now; it is tried again"),
        }
    }
}

/// When the next one is due. A last one of the future was before the clock was put back.
fn due(last: Option<Swept>, earliest: Timestamp, now: Timestamp) -> Timestamp {
    let last = last.filter(|last| last.at <= now);
    last.map_or(earliest, |last| (last.at + BETWEEN).max(earliest))
}

/// Removes what is old, in small steps; with `dry`, only says what would go.
pub(crate) async fn clean(shared: &Arc<Shared>, dry: bool) -> Result<Cleaned, WriteError> {
    let now = shared.clock.now();
    let keep = shared.keep.get().map_or_else(Keep::default, |keep| *keep.borrow());
    let (last, newest) = shared.store.read(|r| Ok((r.last_sweep()?, r.newest_event_at()?))).await?;
    let as_of = retention::as_of(now, last, newest);
    let mut cleaning =
        Cleaning { shared, dry, counted: BTreeSet::new(), gone: HashSet::new(), done: none(as_of) };
    if let Some(cutoff) = cutoff(as_of, keep.deleted_days) {
        cleaning.deleted(cutoff).await?;
    }
    if let Some(cutoff) = cutoff(as_of, keep.history_days) {
        cleaning.history(cutoff).await?;
    }
    cleaning.logs(keep, as_of).await?;
    cleaning.copies().await?;
    if let Some(cutoff) = cutoff(as_of, SENT_DAYS) {
        cleaning.messages(cutoff).await?;
    }
    if let Some(cutoff) = cutoff(as_of, keep.keys_days) {
        cleaning.keys(cutoff).await?;
    }
    let done = cleaning.done;
    if !dry {
        shared.store.tidy(Chore::Swept(Swept { at: now, as_of })).await?;
        let mut after = Some(0);
        while let Some(entry) = after {
            after = shared.store.search(move |index| index.sweep(entry, ENTRIES)).await?;
        }
    }
    Ok(done)
}

const fn none(as_of: Timestamp) -> Cleaned {
    Cleaned {
        as_of,
        logs: 0,
        log_bytes: 0,
        copies: 0,
        copy_bytes: 0,
        occurrences: 0,
        runs: 0,
        messages: 0,
        keys: 0,
        tasks: 0,
        held: 0,
    }
}

/// A clean-up under way.
struct Cleaning<'a> {
    shared: &'a Arc<Shared>,
    dry: bool,
    /// Runs whose logs go with something else, so that a dry run counts each once.
    counted: BTreeSet<RunId>,
    /// Runs that would go, in a dry run.
    gone: HashSet<RunId>,
    done: Cleaned,
}

impl Cleaning<'_> {
    async fn deleted(&mut self, cutoff: Timestamp) -> Result<(), WriteError> {
        if self.dry {
            let mut after: Option<Task> = None;
            loop {
                let begin = after.clone();
                let look = move |r: &Reader<'_>| {
                    let found = r.deleted_before(cutoff, begin.as_ref(), LOOK)?;
                    let mut judged = Vec::with_capacity(found.len());
                    for task in found {
                        let may_go = r.may_purge(&task)?.is_ok();
                        judged.push((task, may_go));
                    }
                    Ok(judged)
                };
                let found = self.shared.store.read(look).await?;
                let Some((last, _)) = found.last() else { return Ok(()) };
                after = Some(last.clone());
                for (task, may_go) in found {
                    if may_go {
                        self.done.tasks += 1;
                        let runs = runs_of(self.shared, task.id).await?;
                        self.count(runs).await;
                    } else {
                        self.done.held += 1;
                    }
                }
            }
        }
        (self.done.tasks, self.done.held) = purge_before(self.shared, cutoff).await?;
        Ok(())
    }

    async fn history(&mut self, cutoff: Timestamp) -> Result<(), WriteError> {
        let mut after: Option<OccurrenceId> = None;
        loop {
            let look = move |r: &Reader<'_>| r.old_occurrences(cutoff, after, LOOK);
            let (old, next) = self.shared.store.read(look).await?;
            for some in old.chunks(STEP) {
                let runs: Vec<RunId> = some.iter().flat_map(|o| o.runs.iter().copied()).collect();
                self.done.occurrences += some.len() as u64;
                self.done.runs += runs.len() as u64;
                if self.dry {
                    self.count(runs).await;
                } else {
                    let ids = some.iter().map(|OldOccurrence { id, .. }| *id).collect();
                    self.shared.store.tidy(Chore::Occurrences(ids)).await?;
                    self.remove_logs(runs).await;
                }
            }
            if next.is_none() {
                return Ok(());
            }
            after = next;
        }
    }

    async fn messages(&mut self, cutoff: Timestamp) -> Result<(), WriteError> {
        let mut after = Some(0);
        while let Some(begin) = after {
            let look = move |r: &Reader<'_>| r.old_messages(cutoff, begin, LOOK);
            let (old, next) = self.shared.store.read(look).await?;
            self.done.messages += old.len() as u64;
            if !self.dry && !old.is_empty() {
                self.shared.store.tidy(Chore::Messages(old)).await?;
            }
            after = next;
        }
        Ok(())
    }

    async fn keys(&mut self, cutoff: Timestamp) -> Result<(), WriteError> {
        let mut after = Some(0);
        while let Some(begin) = after {
            let look = move |r: &Reader<'_>| r.old_keys(cutoff, begin, LOOK);
            let (old, next) = self.shared.store.read(look).await?;
            self.done.keys += old.len() as u64;
            if !self.dry && !old.is_empty() {
                self.shared.store.tidy(Chore::Keys(old)).await?;
            }
            after = next;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hours)
    }

    #[test]
    fn a_day_after_the_last_but_never_at_once() {
        let (now, earliest) = (at(0), at(1));
        for (last, expected) in [(None, 1), (Some(-2), 22), (Some(-100), 1), (Some(5), 1)] {
            let last = last.map(|hours| Swept { at: at(hours), as_of: at(hours) });
            assert_eq!(due(last, earliest, now), at(expected), "{last:?}");
        }
    }
}

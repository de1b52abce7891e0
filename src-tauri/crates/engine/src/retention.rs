//! Removing what is old: a while after the start, and then every day.

use crate::alarm::Alarm;
use crate::artifacts::Stored;
use crate::engine::{EngineError, Shared};
use crate::log::LogFile;
use aegis_domain::retention::{self, BETWEEN, Keep, SENT_DAYS, Swept, cutoff};
use aegis_domain::{OccurrenceId, RunId, Task, TaskId, Timestamp};
use aegis_store::retention::{Chore, LogOwner, OldOccurrence};
use aegis_store::{Reader, StoreError, WriteError};
use chrono::TimeDelta;
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

    /// By age, then, of what is left, the oldest until all fit.
    async fn logs(&mut self, keep: Keep, as_of: Timestamp) -> Result<(), WriteError> {
        let shared = Arc::clone(self.shared);
        let listed = tokio::task::spawn_blocking(move || shared.logs.on_disk()).await;
        let mut logs = listed.map_err(|e| StoreError::Sqlite(e.to_string()))?;
        logs.retain(|log| !self.counted.contains(&log.run));
        if let Some(cutoff) = cutoff(as_of, keep.logs_days) {
            let made_before = |log: &LogFile| made_at(log.run).is_none_or(|at| at < cutoff);
            let young = logs.iter().position(|log| !made_before(log)).unwrap_or(logs.len());
            let may_go = |owner: &LogOwner| match owner {
                LogOwner::Ended { at, kept } => *at < cutoff && !*kept,
                // A restored backup leaves such logs.
                LogOwner::Unknown => true,
                LogOwner::Live => false,
            };
            let old: Vec<LogFile> = logs.drain(..young).collect();
            let mut stay = self.remove_where(old, may_go).await?;
            stay.append(&mut logs);
            logs = stay;
        }
        let most = u64::from(keep.logs_mib) * MIB;
        let all: u64 = logs.iter().map(|log| log.bytes).sum();
        if most > 0 && all > most {
            let mut over = all - most;
            for some in logs.chunks(STEP) {
                if over == 0 {
                    break;
                }
                let mut enough = Vec::new();
                let mut bytes = 0;
                for log in some {
                    if bytes < over {
                        bytes += log.bytes;
                        enough.push(*log);
                    }
                }
                let before = self.done.log_bytes;
                self.remove_where(enough, |owner| *owner != LogOwner::Live).await?;
                over = over.saturating_sub(self.done.log_bytes - before);
            }
        }
        Ok(())
    }

    /// Removes those whose owner lets them go; returns those that stay.
    async fn remove_where(
        &mut self,
        logs: Vec<LogFile>,
        may_go: impl Fn(&LogOwner) -> bool,
    ) -> Result<Vec<LogFile>, WriteError> {
        let mut stay = Vec::new();
        for some in logs.chunks(STEP) {
            let some = some.to_vec();
            let look = move |r: &Reader<'_>| {
                let owner = |log: LogFile| Ok((log, r.log_owner(log.run)?));
                some.into_iter().map(owner).collect::<Result<Vec<_>, StoreError>>()
            };
            let (go, keep): (Vec<_>, Vec<_>) =
                self.shared.store.read(look).await?.into_iter().partition(|(_, o)| may_go(o));
            stay.extend(keep.into_iter().map(|(log, _)| log));
            let runs: Vec<RunId> = go.iter().map(|(log, _)| log.run).collect();
            if self.dry {
                self.done.logs += runs.len() as u64;
                self.done.log_bytes += go.iter().map(|(log, _)| log.bytes).sum::<u64>();
                continue;
            }
            // Noted first: a log that is not there and not noted seems to have lost its end.
            self.shared.store.tidy(Chore::LogsGone(runs.clone())).await?;
            self.remove_logs(runs).await;
        }
        Ok(stay)
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

    /// Copies of files that no run names any more, once those that are old have gone.
    async fn copies(&mut self) -> Result<(), WriteError> {
        let gone = std::mem::take(&mut self.gone);
        match unreferenced_artifacts(self.shared, gone, !self.dry).await {
            Ok(copies) => {
                self.done.copies = copies.len() as u64;
                self.done.copy_bytes = copies.iter().map(|copy| copy.bytes).sum();
                Ok(())
            }
            Err(EngineError::Store(error)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "copies that no run names stay for now");
                Ok(())
            }
        }
    }

    /// Counts what would go with runs: their logs, and later the copies that only they name.
    async fn count(&mut self, runs: Vec<RunId>) {
        self.gone.extend(&runs);
        let shared = Arc::clone(self.shared);
        let look = move || {
            let size = |run| Some((run, std::fs::metadata(shared.logs.path(run)).ok()?.len()));
            runs.into_iter().filter_map(size).collect::<Vec<_>>()
        };
        for (run, bytes) in tokio::task::spawn_blocking(look).await.unwrap_or_default() {
            if self.counted.insert(run) {
                self.done.logs += 1;
                self.done.log_bytes += bytes;
            }
        }
    }

    async fn remove_logs(&mut self, runs: Vec<RunId>) {
        let (logs, bytes) = remove_logs(self.shared, runs).await;
        self.done.logs += logs;
        self.done.log_bytes += bytes;
    }
}

/// Copies that no run names, those in `gone` left out; with `remove` they are gone afterwards.
pub(crate) async fn unreferenced_artifacts(
    shared: &Shared,
    gone: HashSet<RunId>,
    remove: bool,
) -> Result<Vec<Stored>, EngineError> {
    let in_use = shared.store.read(move |r| r.artifacts_in_use(&gone)).await?;
    let (artifacts, now) = (shared.artifacts.clone(), shared.clock.now());
    let look = move || {
        let unused = artifacts.unreferenced(&in_use, now)?;
        if remove {
            artifacts.remove(&unused)?;
        }
        Ok(unused)
    };
    tokio::task::spawn_blocking(look).await.map_err(std::io::Error::other)?
}

/// When a run was claimed: its id says so.
fn made_at(run: RunId) -> Option<Timestamp> {
    let (secs, nanos) = run.0.get_timestamp()?.to_unix();
    Timestamp::from_timestamp(i64::try_from(secs).ok()?, nanos)
}

/// Removes logs, as far as the system lets it; how many, and of which size.
async fn remove_logs(shared: &Arc<Shared>, runs: Vec<RunId>) -> (u64, u64) {
    let shared = Arc::clone(shared);
    let remove = move || {
        let (mut logs, mut bytes) = (0, 0);
        for run in runs {
            let size = std::fs::metadata(shared.logs.path(run)).map_or(0, |file| file.len());
            match shared.logs.remove(run) {
                Ok(true) => (logs, bytes) = (logs + 1, bytes + size),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, %run, "an old log could not be removed"),
            }
        }
        (logs, bytes)
    };
    tokio::task::spawn_blocking(remove).await.unwrap_or_default()
}

/// Every run of a task.
async fn runs_of(shared: &Shared, task: TaskId) -> Result<Vec<RunId>, StoreError> {
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

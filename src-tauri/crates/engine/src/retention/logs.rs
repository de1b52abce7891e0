//! Logs: by age, and by how much there is of them.

use super::{Cleaning, MIB, STEP};
use crate::engine::Shared;
use crate::log::LogFile;
use aegis_domain::retention::{Keep, cutoff};
use aegis_domain::{RunId, Timestamp};
use aegis_store::retention::{Chore, LogOwner};
use aegis_store::{Reader, StoreError, WriteError};
use std::sync::Arc;

impl Cleaning<'_> {
    /// By age, then, of what is left, the oldest until all fit.
    pub(super) async fn logs(&mut self, keep: Keep, as_of: Timestamp) -> Result<(), WriteError> {
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

    /// Counts what would go with runs: their logs, and later the copies that only they name.
    pub(super) async fn count(&mut self, runs: Vec<RunId>) {
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

    pub(super) async fn remove_logs(&mut self, runs: Vec<RunId>) {
        let (logs, bytes) = remove_logs(self.shared, runs).await;
        self.done.logs += logs;
        self.done.log_bytes += bytes;
    }
}

/// When a run was claimed: its id says so.
fn made_at(run: RunId) -> Option<Timestamp> {
    let (secs, nanos) = run.0.get_timestamp()?.to_unix();
    Timestamp::from_timestamp(i64::try_from(secs).ok()?, nanos)
}

/// Removes logs, as far as the system lets it; how many, and of which size.
pub(super) async fn remove_logs(shared: &Arc<Shared>, runs: Vec<RunId>) -> (u64, u64) {
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

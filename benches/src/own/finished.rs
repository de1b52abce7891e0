//! How many tasks have ended, as the commits say.

use aegis_domain::coarse::Column;
use aegis_domain::{Event, EventKind, EventSeq, StateName};
use aegis_store::{Commit, Store};
use anyhow::{Context, Result, bail};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

/// Follows the commits of a store.
pub struct Finished {
    completed: watch::Receiver<u64>,
    failed: Arc<AtomicU64>,
}

impl Finished {
    /// Follows from now on. Ends when the store is closed.
    pub async fn follow(store: &Store) -> Result<Self> {
        let commits = store.commits();
        let (sender, completed) = watch::channel(0);
        let failed = Arc::new(AtomicU64::new(0));
        let follower = Follower {
            store: store.clone(),
            sender,
            failed: Arc::clone(&failed),
            seq: EventSeq(0),
        };
        let (count, seq) = follower.recount().await?;
        follower.sender.send_replace(count);
        tokio::spawn(Follower { seq, ..follower }.run(commits));
        Ok(Self { completed, failed })
    }

    /// Tasks that have completed, durably.
    pub fn completed(&self) -> u64 {
        *self.completed.borrow()
    }

    /// Tasks that have failed, durably.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Returns when `count` tasks have completed.
    pub async fn reaches(&self, count: u64, limit: Duration) -> Result<()> {
        let mut completed = self.completed.clone();
        match tokio::time::timeout(limit, completed.wait_for(|seen| *seen >= count)).await {
            Ok(seen) => {
                seen.context("the database was closed")?;
                Ok(())
            }
            Err(_) => bail!(
                "{} of {count} tasks had completed after {limit:?}, {} had failed",
                self.completed(),
                self.failed()
            ),
        }
    }
}

struct Follower {
    store: Store,
    sender: watch::Sender<u64>,
    failed: Arc<AtomicU64>,
    /// Everything up to here is counted.
    seq: EventSeq,
}

impl Follower {
    async fn run(mut self, mut commits: broadcast::Receiver<Arc<Commit>>) {
        loop {
            match commits.recv().await {
                Ok(commit) => self.count(&commit.events),
                // More at once than fit: the database knows.
                Err(RecvError::Lagged(_)) => match self.recount().await {
                    Ok((count, seq)) => {
                        self.seq = seq;
                        self.sender.send_replace(count);
                    }
                    Err(_) => return,
                },
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn count(&mut self, events: &[Event]) {
        let mut completed = 0;
        for event in events.iter().filter(|event| event.seq > self.seq) {
            if let EventKind::Moved { to, .. } = &event.what.kind {
                match to.name() {
                    StateName::Completed => completed += 1,
                    StateName::Failed => drop(self.failed.fetch_add(1, Ordering::Relaxed)),
                    _ => {}
                }
            }
        }
        if completed > 0 {
            self.sender.send_modify(|count| *count += completed);
        }
    }

    async fn recount(&self) -> Result<(u64, EventSeq)> {
        let board = self.store.read(|r| r.board(1)).await?;
        let done = board.totals.iter().find(|(column, _)| *column == Column::Done);
        Ok((done.map_or(0, |(_, count)| u64::from(*count)), board.seq))
    }
}

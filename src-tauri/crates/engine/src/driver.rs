//! The loop: looks when there is something to see, and fills free slots.

use crate::alarm::Alarm;
use crate::engine::Shared;
use crate::run;
use aegis_domain::machine::{Command, Hint, Row};
use aegis_domain::{Occurrence, Run, RunId, Task, Timestamp};
use aegis_ports::Signal;
use aegis_store::{Commit, ReadyRow, WriteError};
use futures::future::join_all;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How long to wait after the database failed before looking again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Schedules that are dealt with together.
const AT_ONCE: u32 = 256;

pub(crate) struct Driver {
    shared: Arc<Shared>,
}

/// What was claimed, and with what.
pub(crate) struct Claimed {
    pub(crate) task: Task,
    pub(crate) occurrence: Occurrence,
    pub(crate) run: Run,
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Works until the engine stops. `commits` were subscribed to before the first look, so that
    /// nothing falls between the two.
    pub(crate) async fn run(self, mut commits: broadcast::Receiver<Arc<Commit>>, alarm: Alarm) {
        let mut slots = self.shared.slots.clone();
        let mut slots_may_change = true;
        loop {
            let deadline = match self.fill().await {
                Ok(deadline) => deadline,
                Err(error) => {
                    tracing::error!(%error, "work could not be claimed; trying again soon");
                    tokio::select! {
                        () = tokio::time::sleep(AFTER_FAILURE) => {}
                        () = self.shared.stopping.cancelled() => return,
                    }
                    continue;
                }
            };
            tokio::select! {
                () = self.shared.stopping.cancelled() => return,
                () = self.settle(&mut commits) => {}
                () = alarm.wait(deadline) => {}
                () = self.shared.nudge.notified() => {}
                // Without anybody who could change it, the number stays as it is.
                changed = slots.changed(), if slots_may_change => {
                    slots_may_change = changed.is_ok();
                }
            }
        }
    }

    /// Returns when a commit may have changed what can start; passes signals on meanwhile.
    async fn settle(&self, commits: &mut broadcast::Receiver<Arc<Commit>>) {
        loop {
            let mut look_again = false;
            match commits.recv().await {
                Ok(commit) => look_again |= self.heed(&commit),
                Err(RecvError::Lagged(missed)) => {
                    tracing::info!(missed, "too many commits at once; reading where things stand");
                    self.reread_signals().await;
                    self.shared.outbox.notify_one();
                    look_again = true;
                }
                // The database was closed: the token stops the loop.
                Err(RecvError::Closed) => std::future::pending().await,
            }
            // Whatever else has been committed meanwhile is heeded in the same round.
            while let Ok(commit) = commits.try_recv() {
                look_again |= self.heed(&commit);
            }
            if look_again {
                return;
            }
        }
    }

    /// Does what a commit hints at; says whether something may be ready.
    fn heed(&self, commit: &Commit) -> bool {
        let mut look_again = false;
        for hint in &commit.hints {
            match hint {
                Hint::Wake | Hint::FollowUp => look_again = true,
                Hint::Send => self.shared.outbox.notify_one(),
                Hint::Kill(run) => self.shared.live.tell(*run, Signal::Cancel),
                Hint::Freeze(run) => {
                    self.shared.live.tell(*run, Signal::Freeze);
                    self.shared.live.set_released(*run, true);
                    look_again = true;
                }
                Hint::Continue(run) => {
                    self.shared.live.set_released(*run, false);
                    self.shared.live.tell(*run, Signal::Go);
                }
            }
        }
        look_again
    }

    /// Says again to every live run what its row says, after commits were missed.
    async fn reread_signals(&self) {
        let live = self.shared.store.read(|r| r.live_occurrences()).await;
        for occurrence in live.unwrap_or_default() {
            let Some(run) = occurrence.state.live_run() else { continue };
            if occurrence.cancel.is_some() {
                self.shared.live.tell(run, Signal::Cancel);
            } else if matches!(occurrence.state, aegis_domain::State::Paused { .. }) {
                self.shared.live.tell(run, Signal::Freeze);
                self.shared.live.set_released(run, true);
            } else {
                self.shared.live.set_released(run, false);
                self.shared.live.tell(run, Signal::Go);
            }
        }
    }

    /// Makes what is due, and claims what is ready while there is room. Returns when to look
    /// again.
    async fn fill(&self) -> Result<Option<Timestamp>, WriteError> {
        self.follow_up().await?;
        self.keep_time().await?;
        loop {
            let now = self.shared.clock.now();
            let total = *self.shared.slots.borrow();
            let paused = self.shared.paused.load(Ordering::Acquire);
            let free = match total.saturating_sub(self.shared.live.slots_used()) {
                _ if paused => 0,
                free => free,
            };
            let (ready, next) = self
                .shared
                .store
                .read(move |r| {
                    let ready = if free == 0 { Vec::new() } else { r.ready(now, free)? };
                    Ok((ready, r.next_moment(now)?))
                })
                .await?;
            let mut claimed_any = false;
            for occurrence in ready {
                if self.shared.stopping.is_cancelled() {
                    return Ok(None);
                }
                match self.claim(occurrence).await {
                    Ok(Some(claimed)) => {
                        claimed_any = true;
                        let shared = Arc::clone(&self.shared);
                        let signal = self.shared.live.begin(claimed.run.id);
                        self.shared.runs.spawn(run::drive(shared, claimed, signal));
                    }
                    // It has to wait after all, or is left out: look at the next ones.
                    Ok(None) => claimed_any = true,
                    // Somebody called it off, or moved it, since it was read.
                    Err(WriteError::Refused(refused)) => {
                        tracing::debug!(%refused, "not claimed");
                    }
                    Err(error) => return Err(error),
                }
            }
            if !claimed_any {
                return Ok(next);
            }
        }
    }

    /// Does the commands that follow from committed ones and did not fit beside them.
    async fn follow_up(&self) -> Result<(), WriteError> {
        while !self.shared.stopping.is_cancelled()
            && self.shared.store.read(|r| r.has_follow_ups()).await?
        {
            self.shared.store.follow_up(self.shared.ctx()).await?;
        }
        Ok(())
    }

    /// Lets schedules that have come due make their occurrences, and ends what went stale.
    async fn keep_time(&self) -> Result<(), WriteError> {
        loop {
            let now = self.shared.clock.now();
            let (due, stale) = self
                .shared
                .store
                .read(move |r| Ok((r.to_advance(now, AT_ONCE)?, r.stale(now, AT_ONCE)?)))
                .await?;
            let advance = due.into_iter().map(|task| Command::Advance { task });
            let expire = stale.into_iter().map(|occurrence| Command::Expire { occurrence });
            let commands: Vec<_> = advance.chain(expire).collect();
            if commands.is_empty() {
                return Ok(());
            }
            let results = join_all(commands.into_iter().map(|c| self.shared.submit(c))).await;
            let mut moved_on = false;
            for result in results {
                match result {
                    Ok(_) => moved_on = true,
                    Err(WriteError::Refused(refused)) => {
                        tracing::warn!(%refused, "a schedule could not be kept");
                    }
                    Err(error) => return Err(error),
                }
            }
            // What is refused now is refused again: the next event may change that.
            if !moved_on {
                return Ok(());
            }
            self.follow_up().await?;
        }
    }

    async fn claim(&self, ready: ReadyRow) -> Result<Option<Claimed>, WriteError> {
        let fingerprint = match &ready.watch {
            None => None,
            Some(watch) => match self.shared.fingerprints.of(watch).await {
                Ok(fingerprint) => Some(fingerprint),
                // Better once too often than never.
                Err(error) => {
                    tracing::warn!(%error, "watched files could not be looked at");
                    None
                }
            },
        };
        let command = Command::Claim {
            occurrence: ready.occurrence,
            run: RunId(self.shared.ctx().uuid()),
            agent: self.shared.agent.clone(),
            fingerprint,
        };
        let applied = self.shared.submit(command).await?;
        let mut rows = (None, None);
        for row in applied.rows {
            match row {
                Row::Occurrence(occurrence) => rows.0 = Some(occurrence),
                Row::Run(run) => rows.1 = Some(run),
                _ => {}
            }
        }
        let (Some(occurrence), Some(run)) = rows else { return Ok(None) };
        let name = aegis_domain::TaskRef::Id(run.task);
        let task = self.shared.store.read(move |r| r.task(&name)).await?;
        Ok(task.map(|task| Claimed { task, occurrence, run }))
    }
}

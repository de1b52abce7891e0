//! The loop: looks when there is something to see, and fills free slots.

use crate::alarm::Alarm;
use crate::engine::Shared;
use crate::run;
use aegis_domain::machine::{Command, Hint, Row};
use aegis_domain::{Occurrence, OccurrenceId, Run, RunId, Task, Timestamp};
use aegis_ports::Signal;
use aegis_store::{Commit, WriteError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How long to wait after the database failed before looking again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

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
                Hint::Wake => look_again = true,
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

    /// Claims what is ready while there is room. Returns when the next one is due.
    async fn fill(&self) -> Result<Option<Timestamp>, WriteError> {
        if self.shared.paused.load(Ordering::Acquire) {
            return Ok(None);
        }
        loop {
            let now = self.shared.clock.now();
            let total = *self.shared.slots.borrow();
            let free = total.saturating_sub(self.shared.live.slots_used());
            let (ready, next) = self
                .shared
                .store
                .read(move |r| {
                    let ready = if free == 0 { Vec::new() } else { r.ready(now, free)? };
                    Ok((ready, r.next_due(now)?.map(|n| n.at)))
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
                    Ok(None) => {}
                    // Somebody called it off, or moved it, since it was read.
                    Err(WriteError::Refused(refused)) => {
                        tracing::debug!(%occurrence, %refused, "not claimed");
                    }
                    Err(error) => return Err(error),
                }
            }
            if !claimed_any {
                return Ok(next);
            }
        }
    }

    async fn claim(&self, occurrence: OccurrenceId) -> Result<Option<Claimed>, WriteError> {
        let run = RunId(self.shared.ctx().uuid());
        let agent = self.shared.agent.clone();
        let applied = self.shared.submit(Command::Claim { occurrence, run, agent }).await?;
        let mut rows = (None, None);
        for row in applied.rows {
            match row {
                Row::Occurrence(occurrence) => rows.0 = Some(occurrence),
                Row::Run(run) => rows.1 = Some(run),
                Row::Task(_) => {}
            }
        }
        let (Some(occurrence), Some(run)) = rows else { return Ok(None) };
        let name = aegis_domain::TaskRef::Id(run.task);
        let task = self.shared.store.read(move |r| r.task(&name)).await?;
        Ok(task.map(|task| Claimed { task, occurrence, run }))
    }
}

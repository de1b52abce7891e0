//! The loop: looks when there is something to see, and fills free slots.

use crate::alarm::Alarm;
use crate::engine::Shared;
use crate::pool::{By, Slot};
use crate::run;
use aegis_domain::machine::{Command, Ended, Hint, Row};
use aegis_domain::{
    About, Occurrence, OccurrenceId, Pause, Run, RunId, State, Task, TaskNumber, Timestamp,
};
use aegis_ports::Signal;
use aegis_store::{Agenda, Applied, Commit, Reader, ReadyRow, WriteError};
use futures::future::{join, join_all};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How long to wait after the database failed before looking again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Schedules that are dealt with together.
const AT_ONCE: u32 = 256;

pub(crate) struct Driver {
    shared: Arc<Shared>,
}

/// Whether schedules or deadlines come before anything starts.
fn keeps_time(agenda: &Agenda) -> bool {
    !agenda.due.is_empty() || !agenda.stale.is_empty()
}

/// What was claimed, and with what.
pub(crate) struct Claimed {
    pub(crate) task: Arc<Task>,
    pub(crate) occurrence: Occurrence,
    pub(crate) run: Run,
    /// How the task's last occurrence before this one ended.
    pub(crate) previous: Option<Ended>,
    /// How the tasks that it waited for ended.
    pub(crate) upstream: BTreeMap<TaskNumber, Ended>,
}

impl Claimed {
    /// What a claim brought; `None` when it has to wait after all, or is left out.
    pub(crate) fn of(applied: Applied) -> Option<Self> {
        let Applied { task, previous, upstream, rows, .. } = applied;
        let mut found = (None, None);
        for row in rows {
            match row {
                Row::Occurrence(occurrence) => found.0 = Some(occurrence),
                Row::Run(run) => found.1 = Some(run),
                _ => {}
            }
        }
        let (Some(occurrence), Some(run)) = found else { return None };
        task.map(|task| Self { task, occurrence, run, previous, upstream })
    }
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Works until the engine stops. `commits` were subscribed to before the first look, so that
    /// nothing falls between the two.
    pub(crate) async fn run(self, mut commits: broadcast::Receiver<Arc<Commit>>, mut alarm: Alarm) {
        let mut policy = self.shared.pool.policy();
        let mut policy_may_change = true;
        let mut terms = self.shared.terms.changes();
        let mut terms_may_change = true;
        // They may have changed while nothing was at work.
        terms.mark_changed();
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
                // Without anybody who could change it, it stays as it is.
                changed = policy.changed(), if policy_may_change => {
                    policy_may_change = changed.is_ok();
                }
                changed = terms.changed(), if terms_may_change => {
                    terms_may_change = changed.is_ok();
                    if let Err(error) = self.look_at_money().await {
                        tracing::error!(%error, "what waits for money waits on");
                    }
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
                    self.shared.pool.set_released(*run, true, self.shared.clock.now());
                    look_again = true;
                }
                Hint::Wait(run) => {
                    self.shared.live.tell(*run, Signal::Wait);
                    self.shared.pool.set_released(*run, true, self.shared.clock.now());
                    look_again = true;
                }
                Hint::Park(run) => self.shared.live.tell(*run, Signal::Park),
                Hint::Continue(run) => {
                    self.shared.pool.set_released(*run, false, self.shared.clock.now());
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
            } else if let State::Paused { pause, .. } = occurrence.state {
                let held = if pause == Pause::Frozen { Signal::Freeze } else { Signal::Cancel };
                self.shared.live.tell(run, held);
                self.shared.pool.set_released(run, true, self.shared.clock.now());
            } else if let State::Awaiting { ask, .. } = &occurrence.state {
                let parked = matches!(ask.about.as_deref(), Some(About::Budget { .. }));
                self.shared.live.tell(run, if parked { Signal::Park } else { Signal::Wait });
                self.shared.pool.set_released(run, true, self.shared.clock.now());
            } else {
                self.shared.pool.set_released(run, false, self.shared.clock.now());
                self.shared.live.tell(run, Signal::Go);
            }
        }
    }

    /// Makes what is due, and claims what is ready while there is room. Returns when to look
    /// again.
    async fn fill(&self) -> Result<Option<Timestamp>, WriteError> {
        let mut refused = false;
        loop {
            if self.shared.stopping.is_cancelled() {
                return Ok(None);
            }
            let (now, put_back) = self.shared.look_at_clock();
            if put_back {
                self.shared.store.clock_was_put_back(now).await?;
            }
            let pool = Arc::clone(&self.shared.pool);
            let left_waiting = pool.left_waiting();
            // What is refused now is refused again: the next event may change that.
            let look = |r: &Reader<'_>| {
                let agenda = r.agenda(now, AT_ONCE)?;
                let first = agenda.follow_ups || (keeps_time(&agenda) && !refused);
                let starts = if first { None } else { Some(pool.starts(r, now, By::TheDriver)?) };
                if starts.as_ref().is_some_and(|starts| starts.nobody) {
                    pool.found_nobody(left_waiting);
                }
                Ok((agenda, starts))
            };
            let (agenda, starts) = self.shared.store.glance(look).await?;
            match starts {
                None if agenda.follow_ups => {
                    self.shared.store.follow_up(self.shared.ctx()).await?;
                }
                None => refused = !self.keep_time(agenda).await?,
                Some(starts) => {
                    // In one commit: however much has come, what stood in a lane before starts.
                    let line_up = self.line_up(agenda.line_up, now);
                    let (lined_up, claimed) = join(line_up, self.claim_all(starts.rows)).await;
                    lined_up?;
                    if !claimed? && !agenda.line_up {
                        return Ok([agenda.next, starts.again].into_iter().flatten().min());
                    }
                }
            }
        }
    }

    /// Moves some of what has waited for its time into its lane, if its time has come.
    async fn line_up(&self, has_come: bool, now: Timestamp) -> Result<(), WriteError> {
        if has_come { self.shared.store.line_up(now).await } else { Ok(()) }
    }

    /// Claims and begins what is ready; says whether to look again. The claims go together, so
    /// that they share a commit, and in order.
    async fn claim_all(&self, rows: Vec<(Slot, ReadyRow)>) -> Result<bool, WriteError> {
        let mut look_again = false;
        let mut failed = None;
        let (slots, ready): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let claims = join_all(ready.into_iter().map(|row| self.claim(row))).await;
        for (slot, claim) in slots.into_iter().zip(claims) {
            match claim {
                Ok(Some(claimed)) => {
                    look_again = true;
                    run::begin(&self.shared, slot, claimed, &Handle::current());
                }
                // It has to wait after all, or is left out: look at the next ones.
                Ok(None) => look_again = true,
                // Somebody called it off, or moved it, since it was read.
                Err(WriteError::Refused(refused)) => tracing::debug!(%refused, "not claimed"),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(look_again), Err)
    }

    /// Lets schedules that have come due make their occurrences, and ends what went stale; says
    /// whether anything came of it.
    async fn keep_time(&self, agenda: Agenda) -> Result<bool, WriteError> {
        let advance = agenda.due.into_iter().map(|task| Command::Advance { task });
        let expire = agenda.stale.into_iter().map(|occurrence| Command::Expire { occurrence });
        let results = join_all(advance.chain(expire).map(|c| self.shared.submit(c))).await;
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
        Ok(moved_on)
    }

    /// Lets go what waits for money and need not any more, because somebody has changed a budget.
    async fn look_at_money(&self) -> Result<(), WriteError> {
        let waiting = self.shared.store.read(|r| r.waiting_for_money()).await?;
        for some in waiting.chunks(AT_ONCE as usize) {
            let again = some.iter().map(|occurrence| {
                self.shared.submit(Command::Reconsider { occurrence: *occurrence })
            });
            for result in join_all(again).await {
                match result {
                    // It has moved on meanwhile.
                    Ok(_) | Err(WriteError::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
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
        let claim = claim(&self.shared, ready.occurrence, fingerprint);
        Ok(Claimed::of(self.shared.submit(claim).await?))
    }
}

/// The claim of an occurrence, as the run that it makes.
pub(crate) fn claim(
    shared: &Shared,
    occurrence: OccurrenceId,
    fingerprint: Option<String>,
) -> Command {
    Command::Claim {
        occurrence,
        run: RunId(shared.ctx().uuid()),
        agent: shared.agent.clone(),
        fingerprint,
        at_once: shared.at_once.clone(),
    }
}

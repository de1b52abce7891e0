//! What may start, and what is at work: one place for limits, holds, rests, pressure and shares.
//!
//! Everything here is in memory. Holds and rests are kept in the database too, because nothing else
//! tells a new engine of them; what is at work follows from its runs, which a new engine ends, and
//! shares begin anew with it.

mod busy;
mod choose;
mod obstacle;
mod slot;
mod status;

pub(crate) use choose::{By, Starts};
pub(crate) use slot::Slot;
pub use status::{Group, HoldStatus, PoolStatus};

use aegis_domain::breaker::{Breaker, Breakers, Service, Sign};
use aegis_domain::fair::{Lane, Load, Policy, Shares, Usage};
use aegis_domain::hold::{Hold, Holds, Scope};
use aegis_domain::pressure::{Gate, Reading};
use aegis_domain::{ExecutorName, RunId, Timestamp};
use aegis_ports::{Executor, Pressure};
use aegis_store::{Look, Store, StoreError, WriteError};
use busy::Busy;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// The names under which the database keeps what a new engine has to know.
const HOLDS: &str = "holds";
const BREAKERS: &str = "breakers";

pub(crate) struct Pool {
    executors: Arc<HashMap<ExecutorName, Arc<dyn Executor>>>,
    policy: watch::Receiver<Policy>,
    pressure: Arc<dyn Pressure>,
    state: Mutex<State>,
    /// One change of what is kept after the other.
    keeping: tokio::sync::Mutex<()>,
    /// A run has ended.
    ended: Notify,
}

#[derive(Default)]
struct State {
    shares: Shares,
    usage: Usage,
    busy: Busy,
    live: HashMap<RunId, Live>,
    holds: Holds,
    breakers: Breakers,
    gate: Gate,
    /// The last reading, and when it was taken.
    reading: Option<(Reading, Instant)>,
    /// Nothing stands in a lane: whoever gets ready overtakes nobody.
    nobody_waits: bool,
    /// How often something was left to wait.
    left_waiting: u64,
    /// The writer has left something to the driver.
    for_the_driver: bool,
}

/// A run that is at work.
struct Live {
    lane: Lane,
    load: Load,
    service: Option<Service>,
    /// Frozen, or waiting for a person: its place is free for others.
    released: bool,
}

impl State {
    /// The number of slots in use has changed.
    fn count(&mut self) {
        self.busy.count(self.usage.total);
    }
}

impl Pool {
    /// A pool that knows what an engine before this one has kept.
    pub(crate) async fn open(
        store: &Store,
        executors: Arc<HashMap<ExecutorName, Arc<dyn Executor>>>,
        policy: watch::Receiver<Policy>,
        pressure: Arc<dyn Pressure>,
    ) -> Result<Self, StoreError> {
        let kept = store.read(|r| Ok((r.engine_state(HOLDS)?, r.engine_state(BREAKERS)?)));
        let (holds, breakers): (Option<Holds>, Option<Vec<(Service, Breaker)>>) = kept.await?;
        let state = State {
            holds: holds.unwrap_or_default(),
            breakers: Breakers::from_kept(breakers.unwrap_or_default()),
            ..State::default()
        };
        let keeping = tokio::sync::Mutex::default();
        let ended = Notify::new();
        Ok(Self { executors, policy, pressure, state: Mutex::new(state), keeping, ended })
    }

    /// The limits and what else the user wants, as it changes.
    pub(crate) fn policy(&self) -> watch::Receiver<Policy> {
        self.policy.clone()
    }

    /// What kind of load a lane's work is, and which service it needs.
    fn kind(&self, lane: &Lane) -> (Load, Option<Service>) {
        let Some(name) = &lane.executor else { return (Load::Program, None) };
        // Work for an executor that is not there fails for a reason that no rest changes.
        let Some(executor) = self.executors.get(name) else { return (Load::Program, None) };
        let provider = executor.provider(lane.model.as_deref());
        (executor.load(), Some(Service { executor: name.clone(), provider }))
    }

    /// How often something was left to wait in a lane so far; to be asked before a look.
    pub(crate) fn left_waiting(&self) -> u64 {
        self.lock().left_waiting
    }

    /// A look has found nothing in the lanes. It began when so much had been left to wait; if more
    /// has been since, it may have missed that.
    pub(crate) fn found_nobody(&self, left_waiting: u64) {
        let mut state = self.lock();
        if state.left_waiting == left_waiting {
            state.nobody_waits = true;
        }
    }

    /// Whether something waits in a lane since a commit.
    pub(crate) fn waits(&self, somebody: bool) {
        let mut state = self.lock();
        state.nobody_waits = !somebody;
        state.left_waiting += u64::from(somebody);
    }

    /// Where the writer is to look for what may start.
    pub(crate) fn looks(&self) -> Look {
        let state = self.lock();
        if state.holds.of(&Scope::All).is_some() {
            Look::Nowhere
        } else if state.nobody_waits {
            Look::AtWhatIsNew
        } else {
            Look::IntoTheLanes
        }
    }

    /// Frees a live run's slot, or takes one back.
    pub(crate) fn set_released(&self, run: RunId, released: bool, now: Timestamp) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let Some(live) = state.live.get_mut(&run).filter(|live| live.released != released) else {
            return;
        };
        live.released = released;
        if released {
            state.usage.give(&live.lane, live.load);
            state.shares.give(&live.lane, now);
        } else {
            state.usage.take(&live.lane, live.load);
            state.shares.take(&live.lane, now);
        }
        state.count();
    }

    /// Slot-milliseconds in use since this was last asked.
    pub(crate) fn take_busy(&self) -> u64 {
        let state = &mut *self.lock();
        state.busy.take(state.usage.total)
    }

    /// Whether a slot is in use.
    pub(crate) fn is_busy(&self) -> bool {
        self.lock().usage.total > 0
    }

    /// A run's work is over: its slot is free before its end is written down. Says whether that
    /// changes what rests.
    pub(crate) fn over(&self, run: RunId, sign: &Sign, now: Timestamp) -> bool {
        self.set_released(run, true, now);
        let mut state = self.lock();
        let service = state.live.get_mut(&run).and_then(|live| live.service.take());
        let Some(service) = service else { return false };
        let changed = state.breakers.ended(service.clone(), run, sign, now);
        if changed {
            tracing::info!(%service, admits = ?state.breakers.admits(&service, now), "a service");
        }
        changed
    }

    /// A run has ended, and that is written down. What rests is kept when it has `changed`.
    pub(crate) async fn end(&self, store: &Store, run: RunId, changed: bool, now: Timestamp) {
        self.set_released(run, true, now);
        self.lock().live.remove(&run);
        self.ended.notify_waiters();
        if !changed {
            return;
        }
        let _one = self.keeping.lock().await;
        let kept = self.lock().breakers.to_keep();
        if let Err(error) = store.keep(BREAKERS, &kept).await {
            // It is known here all the same; only an engine after this one would try too early.
            tracing::warn!(%error, "what rests could not be written down");
        }
    }

    /// Waits until nothing of a scope runs any more, for `limit` at most; says how much still does.
    pub(crate) async fn drained(&self, scope: &Scope, limit: Duration) -> u32 {
        let done = async {
            loop {
                let ended = self.ended.notified();
                tokio::pin!(ended);
                // Listening before looking: no end falls between the two.
                ended.as_mut().enable();
                if self.alive(scope) == 0 {
                    return;
                }
                ended.await;
            }
        };
        // Both ends of the wait have the same answer: what is alive now.
        let _in_time = tokio::time::timeout(limit, done).await;
        self.alive(scope)
    }

    /// Runs of a scope that are alive.
    fn alive(&self, scope: &Scope) -> u32 {
        status::count(self.lock().live.values().filter(|live| scope.covers(&live.lane)))
    }

    /// Holds a scope back. Durable when it returns.
    pub(crate) async fn hold(&self, store: &Store, hold: Hold) -> Result<(), WriteError> {
        let _one = self.keeping.lock().await;
        let mut holds = self.lock().holds.clone();
        holds.put(hold);
        store.keep(HOLDS, &holds).await?;
        self.lock().holds = holds;
        Ok(())
    }

    /// Lets a scope go; says whether it was held. Durable when it returns.
    pub(crate) async fn lift(&self, store: &Store, scope: &Scope) -> Result<bool, WriteError> {
        let _one = self.keeping.lock().await;
        let mut holds = self.lock().holds.clone();
        let held = holds.lift(scope);
        if held {
            store.keep(HOLDS, &holds).await?;
            self.lock().holds = holds;
        }
        Ok(held)
    }

    /// Lets a service work again at once; says whether it had to rest. Durable when it returns.
    pub(crate) async fn reset(&self, store: &Store, service: &Service) -> Result<bool, WriteError> {
        let _one = self.keeping.lock().await;
        let was = self.lock().breakers.reset(service);
        if was {
            let kept = self.lock().breakers.to_keep();
            store.keep(BREAKERS, &kept).await?;
        }
        Ok(was)
    }

    /// Nothing that holds this lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

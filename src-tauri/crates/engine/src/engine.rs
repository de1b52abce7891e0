//! The handle that everybody holds, and the life of the engine as a whole.

use crate::alarm::Alarm;
use crate::artifacts::{Artifacts, Stored};
use crate::at_once::AtOnce;
use crate::callers::{self, Kinship};
use crate::driver::Driver;
use crate::live::LiveRuns;
use crate::log::Logs;
use crate::pool::{Group, Pool, PoolStatus};
use crate::retention::Cleaned;
use crate::sampler::{self, Answers};
use crate::search::SearchAnswer;
use crate::terms::TermsNow;
use crate::{asking, backups, outbox, recovery, redact, retention, search};
use aegis_domain::breaker::Service;
use aegis_domain::fair::Policy;
use aegis_domain::hold::{Hold, HoldMode, Scope};
use aegis_domain::machine::Command;
use aegis_domain::metrics::{Material, Metrics, Window};
use aegis_domain::redact::Redactor;
use aegis_domain::retention::Keep;
use aegis_domain::{Actor, Ctx, ExecutorName, TaskId, Terms, Timestamp};
use aegis_ports::{Clock, Executor, Fingerprints, Notifier, Pressure, Signal};
use aegis_store::search::SearchRequest;
use aegis_store::{Applied, Store, StoreError, Submission, Waiting, WriteError};
use chrono::TimeDelta;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A clock that is put back by no more than this was corrected: what waits for it waits as long.
const CORRECTION: TimeDelta = TimeDelta::seconds(1);

/// What the engine works with.
pub struct EngineParts {
    /// The database. The engine closes it.
    pub store: Store,
    /// Who does the work. Two with one name are a mistake; the last one counts.
    pub executors: Vec<Arc<dyn Executor>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who tells the person at this machine.
    pub notifier: Arc<dyn Notifier>,
    /// How much may start, and how it is shared out; may change at any time.
    pub policy: watch::Receiver<Policy>,
    /// What every decision has to go by; may change at any time. Which executors cost money the
    /// engine finds out itself.
    pub terms: watch::Receiver<Terms>,
    /// How busy the machine is.
    pub pressure: Arc<dyn Pressure>,
    /// Looks at files that tasks watch.
    pub fingerprints: Arc<dyn Fingerprints>,
    /// What runs left behind.
    pub artifacts: Artifacts,
    /// Takes secrets out of all that is written; may learn more at any time.
    pub redactor: watch::Receiver<Arc<Redactor>>,
    /// Where the runs' logs are.
    pub logs_dir: PathBuf,
    /// Where runs have folders of their own while they are at work.
    pub scratch_dir: PathBuf,
    /// What this machine is called as an agent.
    pub agent: String,
    /// Whether to do work. Without, commands are committed and nothing is started, recovered or
    /// sent: for a program that takes the lock for one command.
    pub works: bool,
}

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was left after a crash could not be put right.
    #[error("What a crash left behind could not be put right: {0}")]
    Recovery(WriteError),
    /// The system says no.
    #[error("The engine could not be set up: {0}")]
    Io(#[from] std::io::Error),
}

impl From<WriteError> for EngineError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Store(error) => Self::Store(error),
            WriteError::Refused(_) => Self::Recovery(error),
        }
    }
}

/// The engine at work.
pub struct Engine {
    shared: Arc<Shared>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    /// Its number, when it does work.
    session: Option<u64>,
}

/// What the driver, the runs and the handle share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) executors: Arc<HashMap<ExecutorName, Arc<dyn Executor>>>,
    /// Those whose runs begin when they are claimed.
    pub(crate) at_once: Vec<ExecutorName>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What every decision has to go by.
    pub(crate) terms: TermsNow,
    pub(crate) notifier: Arc<dyn Notifier>,
    /// What may start, and what is at work.
    pub(crate) pool: Arc<Pool>,
    pub(crate) agent: String,
    pub(crate) fingerprints: Arc<dyn Fingerprints>,
    pub(crate) artifacts: Artifacts,
    pub(crate) scratch: PathBuf,
    pub(crate) redactor: watch::Receiver<Arc<Redactor>>,
    pub(crate) logs: Logs,
    pub(crate) live: LiveRuns,
    /// How long commands took.
    pub(crate) answers: Answers,
    /// Runs that have not written down their end.
    pub(crate) runs: TaskTracker,
    /// Somebody changed something that is not a commit: look again.
    pub(crate) nudge: Notify,
    /// Something may be in the outbox.
    pub(crate) outbox: Notify,
    pub(crate) stopping: CancellationToken,
    /// How long things are kept; the defaults until somebody says.
    pub(crate) keep: OnceLock<watch::Receiver<Keep>>,
    /// How long a live process is held for a person's answer, in milliseconds.
    patience: AtomicU64,
    works: bool,
    /// What the clock showed last, in milliseconds.
    shown: AtomicI64,
    seed: AtomicU64,
}

impl Engine {
    /// Puts right what a crash left behind, then starts to work, if it is to work.
    ///
    /// The caller holds the lock of the data directory: there is no other engine.
    ///
    /// # Errors
    /// [`EngineError`] when the database or the system fails.
    pub async fn start(parts: EngineParts) -> Result<Self, EngineError> {
        let mut seed = [0u8; 8];
        rustix::rand::getrandom(&mut seed, rustix::rand::GetRandomFlags::empty())
            .map_err(std::io::Error::from)?;
        let epoch = parts.store.next_epoch().await?;
        let last = parts.store.read(|r| r.events_before(None, None, 1)).await?.pop();
        let at_once = parts.executors.iter().filter(|e| e.begins_when_claimed());
        let at_once = at_once.map(|e| e.name()).collect();
        let metered = parts.executors.iter().filter(|e| e.costs()).map(|e| e.name());
        let terms = TermsNow::new(parts.terms, metered.collect());
        let executors: HashMap<_, _> = parts.executors.into_iter().map(|e| (e.name(), e)).collect();
        let executors = Arc::new(executors);
        let (policy, pressure) = (parts.policy, parts.pressure);
        let pool = Pool::open(&parts.store, Arc::clone(&executors), policy, pressure).await?;
        let shared = Arc::new(Shared {
            store: parts.store,
            executors,
            at_once,
            logs: Logs::new(parts.logs_dir, Arc::clone(&parts.clock), parts.redactor.clone()),
            artifacts: parts.artifacts.without(parts.redactor.clone()),
            redactor: parts.redactor,
            clock: parts.clock,
            terms,
            notifier: parts.notifier,
            pool: Arc::new(pool),
            agent: parts.agent,
            fingerprints: parts.fingerprints,
            scratch: parts.scratch_dir,
            live: LiveRuns::default(),
            answers: Answers::default(),
            runs: TaskTracker::new(),
            nudge: Notify::new(),
            outbox: Notify::new(),
            stopping: CancellationToken::new(),
            keep: OnceLock::new(),
            patience: AtomicU64::new(millis(asking::PATIENCE)),
            works: parts.works,
            shown: AtomicI64::new(last.map_or(i64::MIN, |event| event.what.at.timestamp_millis())),
            seed: AtomicU64::new(u64::from_le_bytes(seed)),
        });
        tracing::info!(epoch, works = parts.works, "the engine starts");
        if !parts.works {
            return Ok(Self { shared, tasks: Mutex::default(), session: None });
        }
        recovery::recover(&shared).await?;
        shared.store.start_with(Arc::new(AtOnce::new(&shared)))?;
        let commits = shared.store.commits();
        let driver = Driver::new(Arc::clone(&shared));
        let tasks = vec![
            tokio::spawn(driver.run(commits, Alarm::new(&*shared.clock)?)),
            tokio::spawn(outbox::deliver(Arc::clone(&shared))),
            tokio::spawn(backups::keep(Arc::clone(&shared), Alarm::new(&*shared.clock)?)),
            tokio::spawn(search::keep(Arc::clone(&shared), shared.store.commits())),
            tokio::spawn(sampler::sample(Arc::clone(&shared), shared.store.commits())),
        ];
        shared.store.session_begins(epoch, shared.clock.now()).await?;
        Ok(Self { shared, tasks: Mutex::new(tasks), session: Some(epoch) })
    }

    /// Commits a command at this moment; returns when it is durable.
    ///
    /// # Errors
    /// [`WriteError`]: refused by the domain, or the database failed. Nothing was changed then.
    pub async fn submit(&self, command: Command) -> Result<Applied, WriteError> {
        let begun = Instant::now();
        let applied = self.shared.submit(command).await;
        self.shared.answers.add(begun.elapsed());
        applied
    }

    /// Removes what is older than `limits` say, now and then, from now on. Until this is called
    /// nothing is removed by itself.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the system has no timer left.
    pub fn keep_within(&self, limits: watch::Receiver<Keep>) -> Result<(), EngineError> {
        let first = self.shared.keep.set(limits).is_ok();
        if first && self.shared.works {
            let keeping =
                retention::keep(Arc::clone(&self.shared), Alarm::new(&*self.shared.clock)?);
            let task = tokio::spawn(keeping);
            self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
        }
        Ok(())
    }

    /// Removes what is old; with `dry`, only says what would go.
    ///
    /// # Errors
    /// [`WriteError`] when the database fails.
    pub async fn clean(&self, dry: bool) -> Result<Cleaned, WriteError> {
        retention::clean(&self.shared, dry).await
    }

    /// Removes a deleted task for good, with everything of it.
    ///
    /// # Errors
    /// [`WriteError`]: refused while it is not deleted, something of it is still being ended, or
    /// another task names it; or the database failed.
    pub async fn purge(&self, task: TaskId) -> Result<(), WriteError> {
        retention::purge(&self.shared, task).await
    }

    /// Removes every deleted task for good; how many went, and how many have to stay.
    ///
    /// # Errors
    /// [`WriteError`] when the database fails.
    pub async fn purge_deleted(&self) -> Result<(u64, u64), WriteError> {
        retention::purge_before(&self.shared, Timestamp::MAX_UTC).await
    }

    /// Finds tasks by words in them, in the results of their runs and in their logs. What was made
    /// just now is found too, unless the index is far behind.
    ///
    /// # Errors
    /// [`StoreError`] when a database fails.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchAnswer, StoreError> {
        search::search(&self.shared, request).await
    }

    /// Whether a process belongs to a run that is at work here. Reads `/proc`, and blocks on it.
    #[must_use]
    pub fn kinship(&self, pid: i32) -> Kinship {
        callers::of(&self.shared.live, pid)
    }

    /// A context for this moment, for whoever has to make ids before a command.
    #[must_use]
    pub fn ctx(&self) -> Ctx {
        self.shared.ctx()
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The logs of all runs.
    #[must_use]
    pub fn logs(&self) -> &Logs {
        &self.shared.logs
    }

    /// What runs left behind.
    #[must_use]
    pub fn artifacts(&self) -> &Artifacts {
        &self.shared.artifacts
    }

    /// Its own figures of a window, up to this moment.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn metrics(&self, window: Window) -> Result<Metrics, StoreError> {
        sampler::keep(&self.shared, self.shared.clock.now()).await;
        let slots = self.shared.pool.policy().borrow().limits.total;
        let read = move |r: &aegis_store::Reader<'_>| Ok(Material { slots, ..r.material(window)? });
        let material = self.shared.store.read(read).await?;
        Ok(Metrics::of(window, &material))
    }

    /// Copies of artifacts that no run names any more; with `remove` they are gone afterwards.
    ///
    /// # Errors
    /// [`EngineError`] when the database fails, or the system says no.
    pub async fn unreferenced_artifacts(&self, remove: bool) -> Result<Vec<Stored>, EngineError> {
        retention::unreferenced_artifacts(&self.shared, HashSet::new(), remove).await
    }

    /// Who does work of this name.
    #[must_use]
    pub fn executor(&self, name: &ExecutorName) -> Option<&Arc<dyn Executor>> {
        self.shared.executors.get(name)
    }

    /// How long a live process is held for a person's answer; ten minutes until somebody says.
    /// After that the run ends, and the answer begins another one.
    pub fn hold_for(&self, patience: Duration) {
        self.shared.patience.store(millis(patience), Ordering::Relaxed);
    }

    /// Who looks at files that tasks watch.
    #[must_use]
    pub fn fingerprints(&self) -> &dyn Fingerprints {
        &*self.shared.fingerprints
    }

    /// The names of all executors, in order.
    #[must_use]
    pub fn executor_names(&self) -> Vec<ExecutorName> {
        let mut names: Vec<_> = self.shared.executors.keys().cloned().collect();
        names.sort();
        names
    }

    /// How busy it is.
    #[must_use]
    pub fn pool(&self) -> PoolStatus {
        self.shared.pool.status(self.shared.clock.now())
    }

    /// Every lane that has work, by name; `waiting` is what the database says.
    #[must_use]
    pub fn groups(&self, waiting: &[Waiting]) -> Vec<Group> {
        self.shared.pool.groups(waiting, self.shared.clock.now())
    }

    /// Waits until nothing of a scope runs any more, for `limit` at most; says how much still does.
    pub async fn drained(&self, scope: &Scope, limit: Duration) -> u32 {
        self.shared.pool.drained(scope, limit).await
    }

    /// Starts nothing new of a scope; what runs goes on. Durable when it returns.
    ///
    /// # Errors
    /// [`WriteError`] when the database fails.
    pub async fn hold(&self, scope: Scope, mode: HoldMode, by: Actor) -> Result<(), WriteError> {
        let hold = Hold { scope, mode, since: self.shared.clock.now(), by };
        self.shared.pool.hold(&self.shared.store, hold).await
    }

    /// Lets a scope's work start again; says whether it was held. Durable when it returns.
    ///
    /// # Errors
    /// [`WriteError`] when the database fails.
    pub async fn lift(&self, scope: &Scope) -> Result<bool, WriteError> {
        let held = self.shared.pool.lift(&self.shared.store, scope).await?;
        self.shared.nudge.notify_one();
        Ok(held)
    }

    /// Lets a service that rests work again at once; says whether it had to rest. Durable when it
    /// returns.
    ///
    /// # Errors
    /// [`WriteError`] when the database fails.
    pub async fn reset(&self, service: &Service) -> Result<bool, WriteError> {
        let rested = self.shared.pool.reset(&self.shared.store, service).await?;
        self.shared.nudge.notify_one();
        Ok(rested)
    }

    /// Ends every run within `grace`, writes everything down and closes the database.
    ///
    /// What had not ended by then is dropped: its lifeline breaks, its processes are killed, and
    /// the next start queues it again.
    pub async fn shutdown(&self, grace: Duration) {
        self.shared.stopping.cancel();
        self.shared.live.tell_all(Signal::Shutdown);
        self.shared.runs.close();
        if tokio::time::timeout(grace, self.shared.runs.wait()).await.is_err() {
            tracing::warn!(left = self.shared.runs.len(), "runs did not end within the grace");
        }
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let abort = task.abort_handle();
            if tokio::time::timeout(Duration::from_secs(1), task).await.is_err() {
                abort.abort();
            }
        }
        sampler::keep(&self.shared, self.shared.clock.now()).await;
        if let Some(epoch) = self.session
            && let Err(error) = self.shared.store.session_ends(epoch, self.shared.clock.now()).await
        {
            tracing::warn!(%error, "the end of this engine could not be noted");
        }
        let store = self.shared.store.clone();
        if tokio::task::spawn_blocking(move || store.close()).await.is_err() {
            tracing::error!("closing the database panicked");
        }
        tracing::info!("the engine has stopped");
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Shared {
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_millis(self.patience.load(Ordering::Relaxed))
    }

    /// What the clock shows, and whether it was put back since it was last looked at.
    pub(crate) fn look_at_clock(&self) -> (Timestamp, bool) {
        let now = self.clock.now();
        let before = self.shown.swap(now.timestamp_millis(), Ordering::AcqRel);
        (now, before.saturating_sub(now.timestamp_millis()) > CORRECTION.num_milliseconds())
    }

    pub(crate) fn ctx(&self) -> Ctx {
        // SplitMix64's increment: neighbouring seeds give unrelated streams.
        let seed = self.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        Ctx::new(self.clock.now(), aegis_domain::Entropy::new(seed).next()).with(self.terms.now())
    }

    pub(crate) async fn submit(&self, command: Command) -> Result<Applied, WriteError> {
        let redactor = Arc::clone(&self.redactor.borrow());
        let command = redact::command(&redactor, command).map_err(WriteError::Refused)?;
        self.store.submit(Submission { command, ctx: self.ctx() }).await
    }
}

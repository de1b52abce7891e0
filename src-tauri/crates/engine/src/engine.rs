//! The handle that everybody holds, and the life of the engine as a whole.

use crate::alarm::Alarm;
use crate::artifacts::{Artifacts, Stored};
use crate::driver::Driver;
use crate::live::LiveRuns;
use crate::log::Logs;
use crate::sampler::{self, Answers};
use crate::{backups, outbox, recovery};
use aegis_domain::machine::Command;
use aegis_domain::metrics::{Material, Metrics, Window};
use aegis_domain::{Ctx, ExecutorName};
use aegis_ports::{Clock, Executor, Fingerprints, Notifier, Signal};
use aegis_store::{Applied, Store, StoreError, Submission, WriteError};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

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
    /// Most runs at once; may change at any time.
    pub slots: watch::Receiver<u32>,
    /// Looks at files that tasks watch.
    pub fingerprints: Arc<dyn Fingerprints>,
    /// What runs left behind.
    pub artifacts: Artifacts,
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

/// How busy the engine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Runs that hold a slot.
    pub used: u32,
    /// Most runs at once.
    pub total: u32,
    /// Whether new work is held back.
    pub paused: bool,
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
    pub(crate) executors: HashMap<ExecutorName, Arc<dyn Executor>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) slots: watch::Receiver<u32>,
    pub(crate) agent: String,
    pub(crate) fingerprints: Arc<dyn Fingerprints>,
    pub(crate) artifacts: Artifacts,
    pub(crate) scratch: PathBuf,
    pub(crate) logs: Logs,
    pub(crate) live: LiveRuns,
    /// How long commands took.
    pub(crate) answers: Answers,
    /// Runs that have not written down their end.
    pub(crate) runs: TaskTracker,
    pub(crate) paused: AtomicBool,
    /// Somebody changed something that is not a commit: look again.
    pub(crate) nudge: Notify,
    /// Something may be in the outbox.
    pub(crate) outbox: Notify,
    pub(crate) stopping: CancellationToken,
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
        let paused = parts.store.read(|r| r.paused()).await?;
        let executors = parts.executors.into_iter().map(|e| (e.name(), e)).collect();
        let shared = Arc::new(Shared {
            store: parts.store,
            executors,
            logs: Logs::new(parts.logs_dir, Arc::clone(&parts.clock)),
            clock: parts.clock,
            notifier: parts.notifier,
            slots: parts.slots,
            agent: parts.agent,
            fingerprints: parts.fingerprints,
            artifacts: parts.artifacts,
            scratch: parts.scratch_dir,
            live: LiveRuns::default(),
            answers: Answers::default(),
            runs: TaskTracker::new(),
            paused: AtomicBool::new(paused),
            nudge: Notify::new(),
            outbox: Notify::new(),
            stopping: CancellationToken::new(),
            seed: AtomicU64::new(u64::from_le_bytes(seed)),
        });
        tracing::info!(epoch, paused, works = parts.works, "the engine starts");
        if !parts.works {
            return Ok(Self { shared, tasks: Mutex::default(), session: None });
        }
        recovery::recover(&shared).await?;
        let commits = shared.store.commits();
        let driver = Driver::new(Arc::clone(&shared));
        let tasks = vec![
            tokio::spawn(driver.run(commits, Alarm::new()?)),
            tokio::spawn(outbox::deliver(Arc::clone(&shared))),
            tokio::spawn(backups::keep(Arc::clone(&shared), Alarm::new()?)),
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
        let slots = *self.shared.slots.borrow();
        let read = move |r: &aegis_store::Reader<'_>| Ok(Material { slots, ..r.material(window)? });
        let material = self.shared.store.read(read).await?;
        Ok(Metrics::of(window, &material))
    }

    /// Copies of artifacts that no run names any more; with `remove` they are gone afterwards.
    ///
    /// # Errors
    /// [`EngineError`] when the database fails, or the system says no.
    pub async fn unreferenced_artifacts(&self, remove: bool) -> Result<Vec<Stored>, EngineError> {
        let in_use = self.shared.store.read(|r| r.artifacts_in_use()).await?;
        let (artifacts, now) = (self.shared.artifacts.clone(), self.shared.clock.now());
        let look = move || {
            let unused = artifacts.unreferenced(&in_use, now)?;
            if remove {
                artifacts.remove(&unused)?;
            }
            Ok(unused)
        };
        tokio::task::spawn_blocking(look).await.map_err(std::io::Error::other)?
    }

    /// Who does work of this name.
    #[must_use]
    pub fn executor(&self, name: &ExecutorName) -> Option<&Arc<dyn Executor>> {
        self.shared.executors.get(name)
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
        PoolStatus {
            used: self.shared.live.slots_used(),
            total: *self.shared.slots.borrow(),
            paused: self.shared.paused.load(Ordering::Acquire),
        }
    }

    /// Holds new work back, or lets it go. Durable when it returns.
    ///
    /// # Errors
    /// [`WriteError`] when the database fails.
    pub async fn set_paused(&self, paused: bool) -> Result<(), WriteError> {
        self.shared.store.set_paused(paused).await?;
        self.shared.paused.store(paused, Ordering::Release);
        self.shared.nudge.notify_one();
        Ok(())
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

impl Shared {
    pub(crate) fn ctx(&self) -> Ctx {
        // SplitMix64's increment: neighbouring seeds give unrelated streams.
        let seed = self.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        Ctx::new(self.clock.now(), aegis_domain::Entropy::new(seed).next())
    }

    pub(crate) async fn submit(&self, command: Command) -> Result<Applied, WriteError> {
        self.store.submit(Submission { command, ctx: self.ctx() }).await
    }
}

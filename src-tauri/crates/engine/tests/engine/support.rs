//! An engine whose executor does what the task's title says, and whose person is a list.

use aegis_domain::fair::{Load, Policy};
use aegis_domain::machine::Command;
use aegis_domain::pressure::Reading;
use aegis_domain::{
    Actor, ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, NewTask, Outcome, Pause,
    Schedule, TaskId, Terms,
};
use aegis_doubles::{NoFiles, Told, WallClock};
use aegis_engine::{ArtifactLimits, Artifacts, Engine, EngineParts, Group};
use aegis_ports::{Clock, Ended, Executor, Job, Notifier, Pressure, RunHandle, Signal};
use aegis_store::{CardRow, Store, StoreOptions};
use async_trait::async_trait;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;

pub struct World {
    pub dir: TempDir,
    pub engine: Engine,
    pub told: Arc<Told>,
    pub act: Arc<Act>,
    pub policy: watch::Sender<Policy>,
    pub terms: watch::Sender<Terms>,
    pub machine: Arc<Machine>,
}

/// A machine whose pressure is what the test says.
#[derive(Default)]
pub struct Machine {
    pub reading: Mutex<Reading>,
    pub looks: AtomicU32,
}

impl Pressure for Machine {
    fn read(&self) -> Reading {
        self.looks.fetch_add(1, Ordering::SeqCst);
        *self.reading.lock().unwrap()
    }
}

/// Does what the title says: `done`, `broken`, `panic`, `flaky` (the second time), `hold` (until told
/// to end), `offline` (its service does not answer while `down` is set), `limited` (its service
/// wants a second's pause, the first time).
pub struct Act {
    pub name: &'static str,
    pub load: Load,
    pub at_once: AtomicU32,
    pub most_at_once: AtomicU32,
    tried: Mutex<HashSet<TaskId>>,
    pub starts: AtomicU32,
    pub down: AtomicBool,
}

impl Default for Act {
    fn default() -> Self {
        Self::of("act", Load::Program)
    }
}

impl Act {
    pub fn of(name: &'static str, load: Load) -> Self {
        let (at_once, most_at_once, starts, down) = Default::default();
        Self { name, load, at_once, most_at_once, tried: Mutex::default(), starts, down }
    }
}

#[async_trait]
impl Executor for Act {
    fn name(&self) -> ExecutorName {
        ExecutorName::new(self.name)
    }
    fn load(&self) -> Load {
        self.load
    }
    fn pauses(&self, _: &ExecutorSpec) -> Vec<Pause> {
        vec![Pause::Checkpoint, Pause::Frozen]
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        self.starts.fetch_add(1, Ordering::SeqCst);
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let ended = self.act(&job, handle).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        ended
    }
}

impl Act {
    /// Whether a `flaky` task has had its first try.
    pub fn has_tried(&self, task: TaskId) -> bool {
        self.tried.lock().unwrap().contains(&task)
    }

    async fn act(&self, job: &Job, handle: Arc<dyn RunHandle>) -> Ended {
        if handle.started(None).await.is_err() {
            return Outcome::Cancelled.into();
        }
        handle.log().note(&format!("acting on {}", job.task.definition.title));
        let title = job.task.definition.title.as_str();
        match title.split(' ').next().unwrap() {
            "broken" => {
                Ended::failed(Failure::new(ErrorCategory::FileNotFound, "It is not there."))
            }
            "offline" if self.down.load(Ordering::SeqCst) => {
                Ended::failed(Failure::new(ErrorCategory::Network, "Nobody answers."))
            }
            "limited" if self.starts.load(Ordering::SeqCst) == 1 => {
                let at = WallClock.now() + chrono::TimeDelta::seconds(1);
                let failure = Failure::new(ErrorCategory::RateLimited, "Slow down.");
                Ended::failed(failure.not_before(at))
            }
            "panic" => panic!("as asked"),
            // Once; the next attempt does it.
            "flaky" if self.tried.lock().unwrap().insert(job.task.id) => {
                Ended::failed(Failure::new(ErrorCategory::Network, "Not now."))
            }
            "hold" => {
                let mut signal = handle.signal();
                let end = |s: &Signal| matches!(s, Signal::Cancel | Signal::Shutdown);
                let outcome = match *signal.wait_for(end).await.unwrap() {
                    Signal::Cancel => Outcome::Cancelled,
                    _ => Outcome::Interrupted,
                };
                outcome.into()
            }
            _ => Ended::succeeded("did it"),
        }
    }
}

impl World {
    pub async fn new(slots: u32) -> Self {
        Self::at(tempfile::tempdir().unwrap(), slots).await
    }

    pub async fn at(dir: TempDir, slots: u32) -> Self {
        Self::governed(dir, Policy::of(slots)).await
    }

    /// Under a policy of the test's own.
    pub async fn governed(dir: TempDir, policy: Policy) -> Self {
        let act = Arc::new(Act::default());
        Self::start(dir, policy, vec![Arc::clone(&act) as _], act, true).await
    }

    /// With these, beside [`Act`].
    pub async fn beside(others: Vec<Arc<Act>>, policy: Policy) -> Self {
        Self::beside_at(tempfile::tempdir().unwrap(), others, policy).await
    }

    pub async fn beside_at(dir: TempDir, others: Vec<Arc<Act>>, policy: Policy) -> Self {
        let act = Arc::new(Act::default());
        let mut executors: Vec<Arc<dyn Executor>> = vec![Arc::clone(&act) as _];
        executors.extend(others.into_iter().map(|other| other as Arc<dyn Executor>));
        Self::start(dir, policy, executors, act, true).await
    }

    /// With another executor in the place of [`Act`].
    pub async fn with(executor: impl Executor) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::start(dir, Policy::of(2), vec![Arc::new(executor)], Arc::default(), true).await
    }

    /// The next engine on the same data, with another executor in the place of [`Act`].
    pub async fn restarted_with(self, executor: impl Executor) -> Self {
        let dir = self.crash().await;
        Self::start(dir, Policy::of(2), vec![Arc::new(executor)], Arc::default(), true).await
    }

    /// Only takes commands, as a program does that holds the lock for one of them.
    pub async fn idle(dir: TempDir) -> Self {
        let act = Arc::new(Act::default());
        Self::start(dir, Policy::of(2), vec![act], Arc::default(), false).await
    }

    /// At a clock that the test sets.
    pub async fn at_clock(slots: u32, clock: Arc<dyn Clock>) -> Self {
        let (dir, act) = (tempfile::tempdir().unwrap(), Arc::new(Act::default()));
        let executors = vec![Arc::clone(&act) as Arc<dyn Executor>];
        Self::start_at(dir, Policy::of(slots), executors, act, true, clock, Terms::default()).await
    }

    /// With another executor in the place of [`Act`], on what the user has said, at this clock.
    pub async fn on_terms(
        dir: TempDir,
        executor: impl Executor,
        terms: Terms,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let executors = vec![Arc::new(executor) as Arc<dyn Executor>];
        Self::start_at(dir, Policy::of(2), executors, Arc::default(), true, clock, terms).await
    }

    async fn start(
        dir: TempDir,
        policy: Policy,
        executors: Vec<Arc<dyn Executor>>,
        act: Arc<Act>,
        works: bool,
    ) -> Self {
        let clock = Arc::new(WallClock);
        Self::start_at(dir, policy, executors, act, works, clock, Terms::default()).await
    }

    async fn start_at(
        dir: TempDir,
        policy: Policy,
        executors: Vec<Arc<dyn Executor>>,
        act: Arc<Act>,
        works: bool,
        clock: Arc<dyn Clock>,
        terms: Terms,
    ) -> Self {
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        let (policy, watch) = watch::channel(policy);
        let (terms, terms_watch) = watch::channel(terms);
        let machine = Arc::new(Machine::default());
        let told = Arc::new(Told::default());
        let limits = ArtifactLimits { file_bytes: 1000, files: 10, run_bytes: 5000 };
        let limits = watch::channel(limits).1;
        let engine = Engine::start(EngineParts {
            store,
            executors,
            clock,
            notifier: Arc::clone(&told) as Arc<dyn Notifier>,
            policy: watch,
            terms: terms_watch,
            pressure: Arc::clone(&machine) as Arc<dyn Pressure>,
            fingerprints: Arc::new(NoFiles),
            artifacts: Artifacts::new(dir.path().join("artifacts"), limits),
            redactor: tokio::sync::watch::channel(std::sync::Arc::default()).1,
            logs_dir: dir.path().join("logs"),
            scratch_dir: dir.path().join("scratch"),
            agent: "here".to_owned(),
            works,
        })
        .await
        .unwrap();
        Self { dir, engine, told, act, policy, terms, machine }
    }

    /// Ends the engine as a crash would: nothing is written down any more.
    pub async fn crash(self) -> TempDir {
        self.engine.store().close();
        self.engine.shutdown(Duration::ZERO).await;
        self.dir
    }

    pub async fn create(&self, title: &str) -> TaskId {
        self.create_at(title, Schedule::Now).await
    }

    /// For an executor of this name, with what else the test wants of it.
    pub async fn create_for(
        &self,
        executor: &str,
        title: &str,
        also: impl FnOnce(&mut NewTask),
    ) -> TaskId {
        let name = ExecutorName::new(executor);
        let mut new = NewTask {
            title: title.to_owned(),
            executor: Some(ExecutorSpec { name, settings: serde_json::Value::Null }),
            ..NewTask::default()
        };
        also(&mut new);
        self.ask(new).await
    }

    pub async fn create_at(&self, title: &str, schedule: Schedule) -> TaskId {
        self.create_with(title, |new| new.schedule = schedule).await
    }

    /// Makes a task that is not quite like the others.
    pub async fn create_with(&self, title: &str, change: impl FnOnce(&mut NewTask)) -> TaskId {
        self.create_for("act", title, change).await
    }

    async fn ask(&self, new: NewTask) -> TaskId {
        let mut ctx = self.engine.ctx();
        let id = TaskId(ctx.uuid());
        let draft = Box::new(new.check(ctx.now).unwrap());
        self.engine
            .submit(Command::CreateTask { id, draft, by: Actor::System, origin: None })
            .await
            .unwrap();
        id
    }

    /// The one group in which something waits.
    pub async fn group(&self) -> Group {
        let now = self.engine.ctx().now;
        let waiting = self.engine.store().read(move |r| r.waiting(now)).await.unwrap();
        let groups = self.engine.groups(&waiting);
        let mut waits = groups.into_iter().filter(|group| group.waiting > 0);
        let group = waits.next().unwrap();
        assert_eq!(waits.next(), None, "something waits in one group only");
        group
    }

    pub async fn card(&self, id: TaskId) -> CardRow {
        self.engine.store().read(move |r| r.card(id)).await.unwrap().unwrap()
    }

    pub async fn state(&self, id: TaskId) -> String {
        let card = self.card(id).await;
        card.occurrence.map_or_else(|| "none".to_owned(), |o| o.state.name().to_string())
    }

    /// Waits until the task is in `state`.
    pub async fn until(&self, id: TaskId, state: &str) {
        self.eventually(&format!("{state} reached"), async || self.state(id).await == state).await;
    }

    pub async fn eventually(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let begun = Instant::now();
        while !holds().await {
            assert!(begun.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn cancel(&self, id: TaskId) {
        let occurrence = self.card(id).await.occurrence.unwrap().id;
        let by = Actor::System;
        self.engine.submit(Command::Cancel { occurrence, by }).await.unwrap();
    }

    pub fn log_path(&self, run: aegis_domain::RunId) -> PathBuf {
        self.engine.logs().path(run)
    }
}

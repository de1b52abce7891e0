//! An engine whose executor does what the task's title says, and whose person is a list.

use aegis_domain::machine::Command;
use aegis_domain::{
    Actor, ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, NewTask, Outcome, Pause,
    Schedule, TaskId, Timestamp, Watch,
};
use aegis_engine::{ArtifactLimits, Artifacts, Engine, EngineParts};
use aegis_ports::{
    Clock, Ended, Executor, Fingerprints, Job, Notification, Notifier, NotifyError, RunHandle,
    Signal,
};
use aegis_store::{CardRow, Store, StoreOptions};
use async_trait::async_trait;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;

pub struct World {
    pub dir: TempDir,
    pub engine: Engine,
    pub told: Arc<Told>,
    pub act: Arc<Act>,
    pub slots: watch::Sender<u32>,
}

pub struct SystemTime;

impl Clock for SystemTime {
    #[allow(clippy::disallowed_methods)] // The engine's alarm is on the real clock.
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp::from_timestamp_millis(i64::try_from(since.as_millis()).unwrap()).unwrap()
    }
}

#[derive(Default)]
pub struct Told(pub Mutex<Vec<Notification>>);

#[async_trait]
impl Notifier for Told {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        self.0.lock().unwrap().push(notification);
        Ok(())
    }
}

/// Does what the title says: `done`, `broken`, `panic`, `hold` (until told to end).
#[derive(Default)]
pub struct Act {
    pub at_once: AtomicU32,
    pub most_at_once: AtomicU32,
}

#[async_trait]
impl Executor for Act {
    fn name(&self) -> ExecutorName {
        ExecutorName::new("act")
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
    fn place(&self, _: &ExecutorSpec) -> Option<String> {
        None
    }
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let ended = self.act(&job, handle).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        ended
    }
}

impl Act {
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
            "panic" => panic!("as asked"),
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

/// Files that never change.
struct NoFiles;

#[async_trait]
impl Fingerprints for NoFiles {
    fn check(&self, _: &Watch) -> Result<(), Invalid> {
        Ok(())
    }
    async fn of(&self, _: &Watch) -> Result<String, Invalid> {
        Ok("the same".to_owned())
    }
}

impl World {
    pub async fn new(slots: u32) -> Self {
        Self::at(tempfile::tempdir().unwrap(), slots).await
    }

    pub async fn at(dir: TempDir, slots: u32) -> Self {
        let act = Arc::new(Act::default());
        Self::start(dir, slots, Arc::clone(&act) as Arc<dyn Executor>, act, true).await
    }

    /// With another executor in the place of [`Act`].
    pub async fn with(executor: impl Executor) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::start(dir, 2, Arc::new(executor), Arc::default(), true).await
    }

    /// The next engine on the same data, with another executor in the place of [`Act`].
    pub async fn restarted_with(self, executor: impl Executor) -> Self {
        let dir = self.crash().await;
        Self::start(dir, 2, Arc::new(executor), Arc::default(), true).await
    }

    /// Only takes commands, as a program does that holds the lock for one of them.
    pub async fn idle(dir: TempDir) -> Self {
        Self::start(dir, 2, Arc::new(Act::default()), Arc::default(), false).await
    }

    async fn start(
        dir: TempDir,
        slots: u32,
        executor: Arc<dyn Executor>,
        act: Arc<Act>,
        works: bool,
    ) -> Self {
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        let (slots, watch) = watch::channel(slots);
        let told = Arc::new(Told::default());
        let limits = ArtifactLimits { file_bytes: 1000, files: 10, run_bytes: 5000 };
        let limits = watch::channel(limits).1;
        let engine = Engine::start(EngineParts {
            store,
            executors: vec![executor],
            clock: Arc::new(SystemTime),
            notifier: Arc::clone(&told) as Arc<dyn Notifier>,
            slots: watch,
            fingerprints: Arc::new(NoFiles),
            artifacts: Artifacts::new(dir.path().join("artifacts"), limits),
            logs_dir: dir.path().join("logs"),
            scratch_dir: dir.path().join("scratch"),
            agent: "here".to_owned(),
            works,
        })
        .await
        .unwrap();
        Self { dir, engine, told, act, slots }
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

    pub async fn create_at(&self, title: &str, schedule: Schedule) -> TaskId {
        let mut ctx = self.engine.ctx();
        let id = TaskId(ctx.uuid());
        let new = NewTask {
            title: title.to_owned(),
            executor: Some(ExecutorSpec {
                name: ExecutorName::new("act"),
                settings: serde_json::Value::Null,
            }),
            schedule,
            ..NewTask::default()
        };
        let draft = Box::new(new.check(ctx.now).unwrap());
        self.engine
            .submit(Command::CreateTask { id, draft, by: Actor::System, origin: None })
            .await
            .unwrap();
        id
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

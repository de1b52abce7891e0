//! Aegis' own engine and store, with an executor that does nothing.

mod executor;
mod finished;

pub use executor::NoOp;

use crate::durability::Synchronous;
use aegis_domain::fair::Policy;
use aegis_domain::machine::Command;
use aegis_domain::{Actor, ExecutorName, ExecutorSpec, NewTask, Schedule, TaskId};
use aegis_doubles::{Calm, NoFiles, Nobody, WallClock};
use aegis_engine::{ArtifactLimits, Artifacts, Engine, EngineParts};
use aegis_ports::Executor;
use aegis_store::Store;
use anyhow::{Context, Result, bail};
use finished::Finished;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Runs at once: more than there are submitters, so that the pool is not the limit.
pub const SLOTS: u32 = 64;
/// How long what was submitted is waited for.
const DRAIN: Duration = Duration::from_secs(60);

/// How long a number of completions may take.
const LIMIT: Duration = Duration::from_secs(900);

/// An engine at work on a database of its own.
pub struct Own {
    dir: TempDir,
    /// As many threads as `aegis serve` has.
    pub runtime: Runtime,
    /// The engine.
    pub engine: Arc<Engine>,
    finished: Finished,
}

/// When submitters stop.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After this time.
    Time(Duration),
    /// After so many tasks in all.
    Tasks(u64),
}

/// What a throughput was made of.
#[derive(Debug, Clone, Copy)]
pub struct Throughput {
    /// Tasks whose completion is durable.
    pub tasks: u64,
    /// From the first submission to the last completion.
    pub took: Duration,
}

impl Throughput {
    /// Completions a second.
    pub fn per_second(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let tasks = self.tasks as f64;
        tasks / self.took.as_secs_f64()
    }
}

impl Own {
    /// A new engine on an empty database below `dir`.
    pub fn new(dir: &Path, sync: Synchronous, executor: Arc<dyn Executor>) -> Result<Self> {
        Self::open(tempfile::tempdir_in(dir)?, sync, executor, SLOTS)
    }

    /// An engine on the database that is in `dir`.
    pub fn open(
        dir: TempDir,
        sync: Synchronous,
        executor: Arc<dyn Executor>,
        slots: u32,
    ) -> Result<Self> {
        Self::begin(dir, sync, executor, slots, true)
    }

    /// One that takes what it is asked for, and does nothing.
    pub fn idle(dir: TempDir, executor: Arc<dyn Executor>) -> Result<Self> {
        Self::begin(dir, Synchronous::Normal, executor, SLOTS, false)
    }

    fn begin(
        dir: TempDir,
        sync: Synchronous,
        executor: Arc<dyn Executor>,
        slots: u32,
        works: bool,
    ) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let store = Store::open(dir.path(), sync.options())?;
        let (finished, engine) = runtime.block_on(async {
            let finished = Finished::follow(&store).await?;
            let limits = ArtifactLimits { file_bytes: 1 << 20, files: 10, run_bytes: 1 << 20 };
            let (_, limits) = tokio::sync::watch::channel(limits);
            let (_, policy) = tokio::sync::watch::channel(Policy::of(slots));
            let engine = Engine::start(EngineParts {
                store,
                executors: vec![executor],
                clock: Arc::new(WallClock),
                notifier: Arc::new(Nobody),
                policy,
                terms: tokio::sync::watch::channel(aegis_domain::Terms::default()).1,
                pressure: Arc::new(Calm),
                fingerprints: Arc::new(NoFiles),
                artifacts: Artifacts::new(dir.path().join("artifacts"), limits),
                redactor: tokio::sync::watch::channel(std::sync::Arc::default()).1,
                logs_dir: dir.path().join("runs"),
                scratch_dir: dir.path().join("scratch"),
                agent: "here".to_owned(),
                works,
            })
            .await?;
            anyhow::Ok((finished, engine))
        })?;
        Ok(Self { dir, runtime, engine: Arc::new(engine), finished })
    }

    /// Lets `submitters` ask for tasks that do nothing, each awaiting the durable acceptance of
    /// one before it asks for the next, and waits until all of them have completed, a minute at most.
    pub fn work(&self, submitters: u32, until: Until) -> Result<Throughput> {
        self.work_of(&nothing(), submitters, until)
    }

    /// The same with another executor's work.
    pub fn work_of(
        &self,
        executor: &ExecutorSpec,
        submitters: u32,
        until: Until,
    ) -> Result<Throughput> {
        self.runtime.block_on(async {
            let before = self.finished.completed();
            let begun = Instant::now();
            let share = move |n: u64| n.div_ceil(u64::from(submitters));
            let each = (0..submitters).map(|_| {
                let engine = Arc::clone(&self.engine);
                let executor = executor.clone();
                tokio::spawn(async move {
                    let mut accepted = 0u64;
                    while match until {
                        Until::Time(time) => begun.elapsed() < time,
                        Until::Tasks(tasks) => accepted < share(tasks),
                    } {
                        submit_task(&engine, executor.clone(), Schedule::Now).await?;
                        accepted += 1;
                    }
                    anyhow::Ok(accepted)
                })
            });
            let mut asked = 0;
            for submitter in futures::future::join_all(each).await {
                asked += submitter.context("a submitter panicked")??;
            }
            // An engine that falls far behind is slow, and not broken: what it has done counts.
            let drained = self.finished.reaches(before + asked, DRAIN).await;
            let tasks = self.finished.completed() - before;
            match drained {
                Err(error) if tasks == 0 => return Err(error),
                _ => {}
            }
            Ok(Throughput { tasks, took: begun.elapsed() })
        })
    }

    /// Waits until `count` tasks have completed.
    pub async fn completed(&self, count: u64) -> Result<()> {
        self.finished.reaches(count, LIMIT).await
    }

    /// Ends the engine, and gives its folder back.
    pub fn stop(self) -> Result<TempDir> {
        self.runtime.block_on(self.engine.shutdown(Duration::from_secs(10)));
        if self.finished.failed() > 0 {
            bail!("{} tasks that do nothing have failed", self.finished.failed());
        }
        Ok(self.dir)
    }
}

/// Asks for a task that does nothing; returns when it is accepted durably.
pub async fn submit(engine: &Engine) -> Result<TaskId> {
    submit_at(engine, Schedule::Now).await
}

/// Asks for a task that does nothing at its time.
pub async fn submit_at(engine: &Engine, schedule: Schedule) -> Result<TaskId> {
    submit_task(engine, nothing(), schedule).await
}

/// The settings of work that does nothing.
fn nothing() -> ExecutorSpec {
    ExecutorSpec { name: ExecutorName::new(NoOp::NAME), settings: serde_json::Value::Null }
}

/// Asks for a task.
pub async fn submit_task(
    engine: &Engine,
    executor: ExecutorSpec,
    schedule: Schedule,
) -> Result<TaskId> {
    let mut ctx = engine.ctx();
    let id = TaskId(ctx.uuid());
    let new = NewTask {
        title: "Nothing".to_owned(),
        executor: Some(executor),
        schedule,
        ..NewTask::default()
    };
    let draft = Box::new(new.check(ctx.now)?);
    let command = Command::CreateTask { id, draft, by: Actor::System, origin: None };
    engine.submit(command).await?;
    Ok(id)
}

//! The engine while its database cannot be written, and after that.

use crate::support::World;
use aegis_domain::{ExecutorName, ExecutorSpec, Invalid};
use aegis_ports::{Ended, Executor, Job, RunHandle};
use async_trait::async_trait;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Holds the database of a folder while its first run is to be put on record, as another program
/// could; then works as any other.
#[derive(Clone, Default)]
struct Blocks {
    dir: Arc<Mutex<PathBuf>>,
    runs: Arc<AtomicU32>,
    /// The first run ends before it says that it has begun, and leaves the database held.
    ends_early: bool,
    held: Arc<Mutex<Option<Connection>>>,
}

fn hold(dir: &Mutex<PathBuf>) -> Connection {
    let dir = dir.lock().unwrap_or_else(PoisonError::into_inner);
    let conn = Connection::open(dir.join("aegis.db")).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    conn
}

#[async_trait]
impl Executor for Blocks {
    fn name(&self) -> ExecutorName {
        ExecutorName::new("act")
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }
    async fn run(&self, _: Job, handle: Arc<dyn RunHandle>) -> Ended {
        let first = self.runs.fetch_add(1, Ordering::SeqCst) == 0;
        if first {
            *self.held.lock().unwrap() = Some(hold(&self.dir));
            if self.ends_early {
                return Ended::succeeded("too early");
            }
        }
        let started = handle.started(None).await;
        drop(self.held.lock().unwrap().take());
        assert_eq!(started.is_err(), first, "a start that is not on record");
        Ended::succeeded("did it")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_could_not_be_put_on_record_is_made_again() {
    for ends_early in [false, true] {
        let blocks = Blocks { ends_early, ..Blocks::default() };
        let world = World::with(blocks.clone()).await;
        *blocks.dir.lock().unwrap() = world.dir.path().to_owned();
        let id = world.create("whatever").await;
        if ends_early {
            let held = async || blocks.held.lock().unwrap().is_some();
            world.eventually("the first run", held).await;
            // Longer than the store has patience.
            let begun = Instant::now();
            let over = async || begun.elapsed() > Duration::from_secs(7);
            world.eventually("the end of all patience", over).await;
            drop(blocks.held.lock().unwrap().take());
        }
        world.until(id, "completed").await;
        assert_eq!(blocks.runs.load(Ordering::SeqCst), 2);
        let runs = world.engine.store().read(move |r| r.runs(id, 10)).await.unwrap();
        assert_eq!(runs.len(), 2);
        assert!(runs[1].started_at.is_none(), "the first one never began");
    }
}

/// A person is told once, also when that it was told cannot be noted for a while.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_noted_as_told_is_not_told_again() {
    let world = World::new(2).await;
    let conn = Connection::open(world.dir.path().join("aegis.db")).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON outbox
                  BEGIN SELECT RAISE(ABORT, 'as asked'); END";
    conn.execute_batch(refuse).unwrap();
    let told = || world.told.all().len();
    for title in ["broken thing", "broken again"] {
        let id = world.create(title).await;
        world.until(id, "failed").await;
        world.eventually("told", async || told() >= 1).await;
    }
    conn.execute_batch("DROP TRIGGER refuse").unwrap();
    let unsent = async || {
        let far = world.engine.ctx().now + chrono::TimeDelta::days(1);
        world.engine.store().read(move |r| r.unsent(far, 10)).await.unwrap().len()
    };
    world.eventually("noted", async || unsent().await == 0).await;
    assert_eq!(told(), 2, "each once");
}

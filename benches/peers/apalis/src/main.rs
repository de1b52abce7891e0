//! A turn of apalis-sqlite: `aegis-bench-apalis --dir … --durability normal|full --submitters 1
//! --layout one-connection|four-connections --seconds 2`; the last line says what was done.
//!
//! apalis' own worker works beside the submitters, in one process. It looks every millisecond:
//! apalis' callback would wake it before the row that it is woken for is committed. It writes its
//! last completions down when its heart beats: every 50 ms, and not every 30 s.
//!
//! Its `setup` sets `synchronous=OFF`; so its migrations are run without it, and what `setup` sets
//! besides is set for every connection of the pool.

use apalis::prelude::*;
use apalis_sqlite::{Config, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteStorage};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

type Failure = Box<dyn Error + Send + Sync>;

/// Tasks that are fetched, and acknowledged, together: its batches are what makes it quick.
const BATCH: usize = 100;
/// How long the worker waits before it looks again.
const LOOK: Duration = Duration::from_millis(1);
/// How long the last completions of a burst may wait.
const HEARTBEAT: Duration = Duration::from_millis(50);
/// How long what was submitted may take to its end.
const DRAIN: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let asked = Asked::read()?;
    let pool = open(&asked).await?;
    let config = Config {
        batch_size: BATCH,
        heartbeat_interval: HEARTBEAT,
        // There is no other worker that could have died.
        missed_heartbeats: 1_000_000,
        lock_tasks: false,
        ..Config::default().queue("nothing")
    };
    let backend = SqliteStorage::<u32>::new(&pool).with_config(config);
    let entered = Arc::new(AtomicU64::new(0));
    let worker = {
        let entered = Arc::clone(&entered);
        WorkerBuilder::new("worker")
            .backend(backend.clone().poll_with_interval(LOOK))
            .concurrency(64)
            .build(move |_task: u32| {
                entered.fetch_add(1, Ordering::Relaxed);
                async { Ok::<(), BoxDynError>(()) }
            })
    };
    let working = tokio::spawn(worker.run());
    // The worker has to have registered itself before the clock starts.
    let mut first = backend.clone();
    first.push(0).await?;
    done(&pool, &entered, 1).await?;

    let begun = Instant::now();
    let submitters: Vec<_> = (0..asked.submitters)
        .map(|_| {
            let mut backend = backend.clone();
            tokio::spawn(async move {
                let mut count = 0u64;
                while begun.elapsed() < asked.time {
                    backend.push(0).await.map_err(|e| e.to_string())?;
                    count += 1;
                }
                Ok::<u64, String>(count)
            })
        })
        .collect();
    let mut tasks = 0;
    for submitter in submitters {
        tasks += submitter.await??;
    }
    done(&pool, &entered, tasks + 1).await?;
    let seconds = begun.elapsed().as_secs_f64();

    let level: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&pool).await?;
    let journal_mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&pool).await?;
    let sqlite: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&pool).await?;
    let synchronous = match level {
        0 => "OFF",
        1 => "NORMAL",
        2 => "FULL",
        _ => "EXTRA",
    };
    let version = format!("apalis-sqlite 1.0.0, SQLite {sqlite}");
    println!(
        "{}",
        serde_json::json!({
            "tasks": tasks,
            "seconds": seconds,
            "journal_mode": journal_mode,
            "synchronous": synchronous,
            "version": version,
        })
    );
    working.abort();
    Ok(())
}

/// A pool whose every connection has the durability that was asked for.
async fn open(asked: &Asked) -> Result<SqlitePool, Failure> {
    let path = Path::new(&asked.dir).join("peer.db");
    let synchronous = if asked.full { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(Duration::from_secs(30))
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "64000")
        .pragma("journal_size_limit", "67108864");
    let pool =
        SqlitePoolOptions::new().max_connections(asked.connections).connect_with(options).await?;
    SqliteStorage::migrations().run(&pool).await?;
    Ok(pool)
}

/// Returns when `tasks` completions are in the database.
async fn done(pool: &SqlitePool, entered: &AtomicU64, tasks: u64) -> Result<(), Failure> {
    let begun = Instant::now();
    loop {
        // The table is only asked when it can be so: the question costs.
        if entered.load(Ordering::Relaxed) >= tasks {
            let done: i64 = sqlx::query_scalar("SELECT count(*) FROM Jobs WHERE status = 'Done'")
                .fetch_one(pool)
                .await?;
            if u64::try_from(done)? >= tasks {
                return Ok(());
            }
        }
        if begun.elapsed() > DRAIN {
            return Err(format!("not all of {tasks} tasks had completed after {DRAIN:?}").into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What was asked for.
struct Asked {
    dir: String,
    full: bool,
    submitters: u32,
    connections: u32,
    time: Duration,
}

impl Asked {
    fn read() -> Result<Self, Failure> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let of = |name: &str| {
            arguments
                .iter()
                .position(|argument| argument == name)
                .and_then(|at| arguments.get(at + 1))
                .ok_or_else(|| format!("{name} is missing"))
        };
        Ok(Self {
            dir: of("--dir")?.clone(),
            full: of("--durability")? == "full",
            submitters: of("--submitters")?.parse()?,
            connections: if of("--layout")? == "one-connection" { 1 } else { 4 },
            time: Duration::from_secs_f64(of("--seconds")?.parse()?),
        })
    }
}

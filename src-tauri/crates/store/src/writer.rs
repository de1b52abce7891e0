//! The one writer: takes what has queued up, commits it together, then acknowledges.

use crate::apply::{Applied, Fault, apply, follow_up};
use crate::figures::Meter;
use crate::fold::Folding;
use crate::retention::{self, Chore, Tidied};
use crate::rows::{Rows, Tx};
use crate::starter::{Asked, Starts};
use crate::table::flags::Flag;
use crate::table::occurrences::line;
use crate::table::{counters, engine_state, flags, outbox};
use crate::{StoreError, WriteError};
use aegis_domain::machine::{Command, Hint};
use aegis_domain::{Ctx, Event, Timestamp};
use rusqlite::{Connection, TransactionBehavior};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{broadcast, mpsc, oneshot};

/// Commands that may wait for the writer.
pub(crate) const QUEUE: usize = 4096;
/// Most commands of one commit.
const BATCH: usize = 512;

/// A command with its moment.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What is wanted.
    pub command: Command,
    /// When, and with which entropy.
    pub ctx: Ctx,
}

/// What one commit brought, for whoever follows.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// What happened, in the order of sequence numbers.
    pub events: Vec<Event>,
    /// What the engine may want to know at once.
    pub hints: Vec<Hint>,
}

/// Something for the writer to do.
pub(crate) enum Job {
    Apply(Box<Submission>, oneshot::Sender<Result<Applied, WriteError>>),
    FollowUp(Ctx, oneshot::Sender<Result<Applied, WriteError>>),
    Sent(i64, Timestamp, oneshot::Sender<Result<(), WriteError>>),
    SetFlag(Flag, bool, oneshot::Sender<Result<(), WriteError>>),
    /// JSON under a name.
    Keep(&'static str, String, oneshot::Sender<Result<(), WriteError>>),
    LineUp(Timestamp, oneshot::Sender<Result<(), WriteError>>),
    ClockPutBack(Timestamp, oneshot::Sender<Result<(), WriteError>>),
    NextEpoch(oneshot::Sender<Result<u64, WriteError>>),
    Tidy(Chore, oneshot::Sender<Result<Tidied, WriteError>>),
    /// What no command is about; done again when the commit that it shares fails.
    Note(Box<Note>, oneshot::Sender<Result<(), WriteError>>),
}

/// Writes something down that is in no row of a task, an occurrence or a run: those may not be
/// written yet.
pub(crate) type Note = dyn Fn(&Connection) -> rusqlite::Result<()> + Send;

/// What a job did, to be told after the commit.
enum Done {
    Applied(Box<Applied>, oneshot::Sender<Result<Applied, WriteError>>),
    Unit(oneshot::Sender<Result<(), WriteError>>),
    Epoch(u64, oneshot::Sender<Result<u64, WriteError>>),
    Tidied(Tidied, oneshot::Sender<Result<Tidied, WriteError>>),
}

/// Works until every sender of `jobs` is gone, then folds the write-ahead log back.
pub(crate) fn run(
    mut conn: Connection,
    mut folding: Folding,
    mut jobs: mpsc::Receiver<Job>,
    commits: &broadcast::Sender<Arc<Commit>>,
    meter: &Meter,
    starter: &Asked,
) {
    let mut rows = Rows::default();
    Folding::count_pages(&conn);
    let told = Told { commits, meter, starter };
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let work = || commit_together(&mut conn, &mut rows, batch, &told);
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            tracing::error!("the writer panicked outside of a transaction; it goes on");
            rows.forget();
        }
        folding.committed(&conn);
    }
    drop(folding);
    if let Err(error) = conn.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the write-ahead log stays; the next start folds it back");
    }
}

/// Who hears of a commit.
struct Told<'a> {
    commits: &'a broadcast::Sender<Arc<Commit>>,
    meter: &'a Meter,
    starter: &'a Asked,
}

/// Commits all of `batch` at once, or, when something in it fails, each by itself.
fn commit_together(conn: &mut Connection, rows: &mut Rows, batch: Vec<Job>, told: &Told<'_>) {
    let commands = batch.iter().filter(|job| !matches!(job, Job::Note(..))).count();
    let begun = Instant::now();
    let mut result = attempt(conn, rows, batch, Some(told.starter));
    if let Err((jobs, Failure { error, in_starts: true })) = result {
        // What was to start besides is none of their fault.
        tracing::warn!(%error, "work could not be taken on at once");
        result = attempt(conn, rows, jobs, None);
        told.starter.get().inspect(|starter| starter.passed_over());
    }
    match result {
        Ok((done, starts)) => {
            starts.committed(told.starter);
            // Before anybody hears of it, so that who asks afterwards finds it counted.
            if commands > 0 {
                told.meter.committed(commands, begun.elapsed());
            }
            acknowledge(done, starts, told.commits);
        }
        Err((mut jobs, Failure { error, .. })) if jobs.len() == 1 => {
            if let Some(job) = jobs.pop() {
                refuse(job, error);
            }
        }
        Err((jobs, Failure { error, .. })) => {
            tracing::warn!(%error, jobs = jobs.len(), "a commit failed; trying each by itself");
            for job in jobs {
                commit_together(conn, rows, vec![job], told);
            }
        }
    }
}

/// Why a transaction failed.
struct Failure {
    error: WriteError,
    /// At what was to start besides, when everything that was asked for was done.
    in_starts: bool,
}

/// One transaction. On failure nothing of it stays, and the jobs are given back.
fn attempt(
    conn: &mut Connection,
    rows: &mut Rows,
    jobs: Vec<Job>,
    starter: Option<&Asked>,
) -> Result<(Vec<Done>, Starts), (Vec<Job>, Failure)> {
    // A panic is a failure like any other: what was open is rolled back, and nothing at hand is
    // used again.
    let in_starts = Cell::new(false);
    let work = || transact(conn, rows, &jobs, starter, &in_starts);
    let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!("the writer panicked; nothing of the commit stays");
        Err(StoreError::Broken.into())
    });
    match result {
        Ok((effects, starts)) => {
            rows.committed();
            let done = jobs.into_iter().zip(effects).filter_map(|(job, effect)| job.finish(effect));
            Ok((done.collect(), starts))
        }
        Err(error) => {
            rows.forget();
            Err((jobs, Failure { error, in_starts: in_starts.get() }))
        }
    }
}

fn transact(
    conn: &mut Connection,
    rows: &mut Rows,
    jobs: &[Job],
    starter: Option<&Asked>,
    in_starts: &Cell<bool>,
) -> Result<(Vec<Effect>, Starts), WriteError> {
    let open = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut tx = Tx::new(&open, rows);
    let effects = jobs.iter().map(|job| perform(&mut tx, job)).collect::<Result<_, _>>()?;
    in_starts.set(true);
    let into_lanes = jobs.iter().any(|job| matches!(job, Job::LineUp(..) | Job::ClockPutBack(..)));
    let starts = starter.map(|asked| Starts::choose(&mut tx, asked, into_lanes)).transpose()?;
    in_starts.set(false);
    let starts = starts.unwrap_or_default();
    tx.write()?;
    open.commit()?;
    Ok((effects, starts))
}

/// What a job did inside a transaction that is still open.
enum Effect {
    Applied(Box<Applied>),
    Refused(WriteError),
    Unit,
    Epoch(u64),
    Tidied(Tidied),
}

fn perform(tx: &mut Tx<'_>, job: &Job) -> Result<Effect, WriteError> {
    match job {
        Job::Apply(submission, _) => {
            let mut ctx = submission.ctx.clone();
            match apply(tx, submission.command.clone(), &mut ctx) {
                Ok(applied) => Ok(Effect::Applied(Box::new(applied))),
                Err(Fault::Clean(error)) => Ok(Effect::Refused(error)),
                Err(Fault::Dirty(error)) => Err(error),
            }
        }
        Job::FollowUp(ctx, _) => match follow_up(tx, &mut ctx.clone()) {
            Ok(applied) => Ok(Effect::Applied(Box::new(applied))),
            Err(Fault::Clean(error) | Fault::Dirty(error)) => Err(error),
        },
        Job::Sent(id, now, _) => Ok(outbox::sent(tx.beside(), *id, *now).map(|()| Effect::Unit)?),
        Job::SetFlag(flag, value, _) => {
            Ok(flags::set(tx.beside(), *flag, *value).map(|()| Effect::Unit)?)
        }
        Job::Keep(name, json, _) => {
            Ok(engine_state::put(tx.beside(), name, json).map(|()| Effect::Unit)?)
        }
        Job::LineUp(now, _) => Ok(line::line_up(tx.written()?, *now).map(|()| Effect::Unit)?),
        Job::ClockPutBack(now, _) => {
            line::put_back(tx.written()?, *now)?;
            tx.forget();
            Ok(Effect::Unit)
        }
        Job::NextEpoch(_) => Ok(counters::next_epoch(tx.beside()).map(Effect::Epoch)?),
        Job::Note(write, _) => Ok(write(tx.beside()).map(|()| Effect::Unit)?),
        Job::Tidy(chore, _) => {
            let done = retention::perform(tx.written()?, chore)?;
            // Rows that were at hand may be gone.
            tx.forget();
            match done {
                Ok(tidied) => Ok(Effect::Tidied(tidied)),
                Err(refused) => Ok(Effect::Refused(refused.into())),
            }
        }
    }
}

impl Job {
    /// The acknowledgement to give; a refusal is given at once. A caller who no longer waits is no
    /// loss: what it asked for is committed.
    fn finish(self, effect: Effect) -> Option<Done> {
        match (self, effect) {
            (Self::Apply(_, reply) | Self::FollowUp(_, reply), Effect::Applied(applied)) => {
                Some(Done::Applied(applied, reply))
            }
            (
                Self::Sent(_, _, reply)
                | Self::SetFlag(_, _, reply)
                | Self::Keep(_, _, reply)
                | Self::LineUp(_, reply)
                | Self::ClockPutBack(_, reply)
                | Self::Note(_, reply),
                Effect::Unit,
            ) => Some(Done::Unit(reply)),
            (Self::NextEpoch(reply), Effect::Epoch(epoch)) => Some(Done::Epoch(epoch, reply)),
            (Self::Tidy(_, reply), Effect::Tidied(tidied)) => Some(Done::Tidied(tidied, reply)),
            (job, Effect::Refused(error)) => {
                refuse(job, error);
                None
            }
            (job, _) => {
                refuse(job, StoreError::Sqlite("an effect of another job".to_owned()).into());
                None
            }
        }
    }
}

/// Followers first, so that whoever is acknowledged finds the engine already told.
fn acknowledge(done: Vec<Done>, starts: Starts, commits: &broadcast::Sender<Arc<Commit>>) {
    let mut commit = Commit::default();
    for one in &done {
        if let Done::Applied(applied, _) = one {
            commit.events.extend(applied.events.iter().cloned());
            commit.hints.extend(&applied.hints);
        }
    }
    for (applied, _) in &starts.made {
        commit.events.extend(applied.events.iter().cloned());
        commit.hints.extend(&applied.hints);
    }
    if !commit.events.is_empty() || !commit.hints.is_empty() {
        // Nobody follows yet: nobody is told.
        let _ = commits.send(Arc::new(commit));
    }
    for (applied, then) in starts.made {
        then(applied);
    }
    for one in done {
        match one {
            Done::Applied(applied, reply) => drop(reply.send(Ok(*applied))),
            Done::Unit(reply) => drop(reply.send(Ok(()))),
            Done::Epoch(epoch, reply) => drop(reply.send(Ok(epoch))),
            Done::Tidied(tidied, reply) => drop(reply.send(Ok(tidied))),
        }
    }
}

fn refuse(job: Job, error: WriteError) {
    match job {
        Job::Apply(_, reply) | Job::FollowUp(_, reply) => drop(reply.send(Err(error))),
        Job::Sent(_, _, reply)
        | Job::SetFlag(_, _, reply)
        | Job::Keep(_, _, reply)
        | Job::LineUp(_, reply)
        | Job::ClockPutBack(_, reply)
        | Job::Note(_, reply) => {
            drop(reply.send(Err(error)));
        }
        Job::NextEpoch(reply) => drop(reply.send(Err(error))),
        Job::Tidy(_, reply) => drop(reply.send(Err(error))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.
mod tests {
    use crate::{Durability, Store, StoreError, StoreOptions, WriteError};
    use futures::future::join_all;
    use rusqlite::Connection;

    fn opened() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::with(Durability::Normal);
        let store = Store::open(dir.path(), options).unwrap();
        (dir, store)
    }

    fn write(conn: &Connection, name: &str) -> rusqlite::Result<()> {
        conn.execute("INSERT INTO engine_state (name, row) VALUES (?1, 'true')", [name]).map(drop)
    }

    /// Half of it is written when it breaks. Whoever shares the commit is none the worse.
    #[tokio::test]
    async fn a_panic_of_the_writer_costs_the_one_that_caused_it_and_nobody_else() {
        let (_dir, store) = opened();
        let tries = (0..60).map(|n| {
            let store = &store;
            store.note(move |conn| {
                write(conn, &format!("note {n}"))?;
                assert_ne!(n % 20, 7, "a fault of the program");
                Ok(())
            })
        });
        let told = join_all(tries).await;
        for (n, told) in told.into_iter().enumerate() {
            if n % 20 == 7 {
                let broken = Err::<(), _>(WriteError::Store(StoreError::Broken));
                assert_eq!(format!("{told:?}"), format!("{broken:?}"));
            } else {
                told.unwrap();
            }
            let name = format!("note {n}");
            let kept = store.read(move |r| r.engine_state::<bool>(&name)).await.unwrap();
            assert_eq!(kept.is_some(), n % 20 != 7, "note {n}");
        }
        store.close();
    }
}

//! The one writer: takes what has queued up, commits it together, then acknowledges.

use crate::apply::{Applied, Fault, apply, follow_up};
use crate::figures::Meter;
use crate::retention::{self, Chore, Tidied};
use crate::rows::{Rows, Tx};
use crate::table::flags::Flag;
use crate::table::{counters, engine_state, flags, occurrences, outbox};
use crate::{StoreError, WriteError};
use aegis_domain::machine::{Command, Hint};
use aegis_domain::{Ctx, Event, Timestamp};
use rusqlite::{Connection, TransactionBehavior};
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
    mut jobs: mpsc::Receiver<Job>,
    commits: &broadcast::Sender<Arc<Commit>>,
    meter: &Meter,
) {
    let mut rows = Rows::default();
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        commit_together(&mut conn, &mut rows, batch, commits, meter);
    }
    if let Err(error) = conn.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::warn!(%error, "the write-ahead log stays; the next start folds it back");
    }
}

/// Commits all of `batch` at once, or, when something in it fails, each by itself.
fn commit_together(
    conn: &mut Connection,
    rows: &mut Rows,
    batch: Vec<Job>,
    commits: &broadcast::Sender<Arc<Commit>>,
    meter: &Meter,
) {
    let commands = batch.iter().filter(|job| !matches!(job, Job::Note(..))).count();
    let begun = Instant::now();
    match attempt(conn, rows, batch) {
        Ok(done) => {
            // Before anybody hears of it, so that who asks afterwards finds it counted.
            if commands > 0 {
                meter.committed(commands, begun.elapsed());
            }
            acknowledge(done, commits);
        }
        Err((mut jobs, error)) if jobs.len() == 1 => {
            if let Some(job) = jobs.pop() {
                refuse(job, error);
            }
        }
        Err((jobs, error)) => {
            tracing::warn!(%error, jobs = jobs.len(), "a commit failed; trying each by itself");
            for job in jobs {
                commit_together(conn, rows, vec![job], commits, meter);
            }
        }
    }
}

/// One transaction. On failure nothing of it stays, and the jobs are given back.
fn attempt(
    conn: &mut Connection,
    rows: &mut Rows,
    jobs: Vec<Job>,
) -> Result<Vec<Done>, (Vec<Job>, WriteError)> {
    match transact(conn, rows, &jobs) {
        Ok(effects) => {
            rows.committed();
            let done = jobs.into_iter().zip(effects).filter_map(|(job, effect)| job.finish(effect));
            Ok(done.collect())
        }
        Err(error) => {
            rows.forget();
            Err((jobs, error))
        }
    }
}

fn transact(
    conn: &mut Connection,
    rows: &mut Rows,
    jobs: &[Job],
) -> Result<Vec<Effect>, WriteError> {
    let open = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut tx = Tx::new(&open, rows);
    let effects = jobs.iter().map(|job| perform(&mut tx, job)).collect::<Result<_, _>>()?;
    tx.write()?;
    open.commit()?;
    Ok(effects)
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
        Job::ClockPutBack(now, _) => {
            Ok(occurrences::let_start(tx.written()?, *now).map(|()| Effect::Unit)?)
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
fn acknowledge(done: Vec<Done>, commits: &broadcast::Sender<Arc<Commit>>) {
    let mut commit = Commit::default();
    for one in &done {
        if let Done::Applied(applied, _) = one {
            commit.events.extend(applied.events.iter().cloned());
            commit.hints.extend(&applied.hints);
        }
    }
    if !commit.events.is_empty() || !commit.hints.is_empty() {
        // Nobody follows yet: nobody is told.
        let _ = commits.send(Arc::new(commit));
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
        | Job::ClockPutBack(_, reply)
        | Job::Note(_, reply) => {
            drop(reply.send(Err(error)));
        }
        Job::NextEpoch(reply) => drop(reply.send(Err(error))),
        Job::Tidy(_, reply) => drop(reply.send(Err(error))),
    }
}

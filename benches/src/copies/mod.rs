//! Big databases, quickly: a few real tasks, exported, written out many times with other
//! identities, and imported.
//!
//! What a task, an occurrence or an event looks like is taken from the export; nothing here knows
//! the database's tables, or more of a record than the names of its identities.

mod identity;
mod sample;
mod stamp;

use crate::durability::Synchronous;
use aegis_domain::{Ctx, Timestamp};
use aegis_doubles::WallClock;
use aegis_ports::Clock;
use aegis_store::Store;
use aegis_store::transfer::{self, Destination};
use anyhow::{Context, Result, anyhow};
use identity::Identity;
use sample::Samples;
use sha2::{Digest, Sha256};
use stamp::{Stamp, Values};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// What the database is to hold. Copies come in this order.
pub struct Plan {
    /// Tasks that have run and completed.
    pub done: u64,
    /// Events of each of these.
    pub events: u64,
    /// Tasks that are to start once, each at an instant of its own.
    pub due: u64,
    /// The instant of the `n`th of them.
    pub due_at: Arc<dyn Fn(u64) -> Timestamp + Send + Sync>,
    /// Occurrences that stand in the line and may not start before the year 2099.
    pub queued: u64,
}

impl Plan {
    /// Nothing.
    pub fn empty() -> Self {
        Self { done: 0, events: 0, due: 0, due_at: Arc::new(|_| sample::far()), queued: 0 }
    }

    const fn tasks(&self) -> u64 {
        self.done + self.due + self.queued
    }
}

/// Makes a database in the empty folder `dir` by `plan`; `scratch` is on the same disk.
pub fn fill(dir: &Path, scratch: &Path, plan: Plan) -> Result<()> {
    let samples = Samples::take(scratch)?;
    let (from, to) = std::io::pipe()?;
    let writing = std::thread::spawn(move || write(&samples, &plan, BufWriter::new(to)));
    let ctx = Ctx::new(WallClock.now(), 0);
    let imported = transfer::import(dir, BufReader::new(from), Destination::Empty, ctx);
    let written = writing.join().map_err(|_| anyhow!("writing the copies panicked"))?;
    // What was refused stopped the writing too: the refusal says more.
    imported.context("the copies were not taken in")?;
    written?;
    back_up(dir)
}

/// Makes the daily backup now: the engine would make it while something is measured.
fn back_up(dir: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let store = Store::open(dir, Synchronous::Normal.options())?;
    runtime.block_on(store.back_up(WallClock.now()))?;
    store.close();
    Ok(())
}

/// The lines of an export.
fn write(samples: &Samples, plan: &Plan, to: impl Write) -> Result<()> {
    let mut lines = Lines { to, hash: Sha256::new(), count: 0 };
    lines.put(&samples.header(plan.tasks(), plan.done)?)?;
    let stamps = Stamps {
        done: Stamp::of(&samples.done)?,
        due: Stamp::of(&samples.due)?,
        queued: Stamp::of(&samples.queued)?,
    };
    for part in ["task", "occurrence", "run", "event"] {
        stamps.part(part, plan, &mut |line| lines.put(line))?;
    }
    let end = serde_json::json!({"end": {"lines": lines.count, "sha256": lines.hash()}});
    lines.put(&end.to_string())?;
    lines.to.flush()?;
    Ok(())
}

/// A stamp for each kind of task.
struct Stamps {
    done: Stamp,
    due: Stamp,
    queued: Stamp,
}

impl Stamps {
    /// Every copy of the records of one kind.
    fn part(
        &self,
        part: &str,
        plan: &Plan,
        put: &mut impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let mut seq = 0;
        let mut line = String::new();
        for n in 0..plan.tasks() {
            let (stamp, due, events) = match n.checked_sub(plan.done) {
                None => (&self.done, None, plan.events),
                Some(n) if n < plan.due => (&self.due, Some((plan.due_at)(n)), 0),
                Some(_) => (&self.queued, None, 0),
            };
            let records = stamp.records(part);
            // Whoever is to have more events than the sample has them again.
            let copies = if part == "event" { events } else { records.len() as u64 };
            let identity = Identity::of(n);
            for record in records.iter().cycle().take(usize::try_from(copies)?) {
                seq += 1;
                line.clear();
                stamp::write(record, &Values { identity: &identity, n, seq, due }, &mut line);
                put(&line)?;
            }
        }
        Ok(())
    }
}

struct Lines<W> {
    to: W,
    hash: Sha256,
    count: u64,
}

impl<W: Write> Lines<W> {
    fn put(&mut self, line: &str) -> Result<()> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.to.write_all(bytes)?;
            self.hash.update(bytes);
        }
        self.count += 1;
        Ok(())
    }

    fn hash(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }
}

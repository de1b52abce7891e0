//! P5: the disk is full, broken or held by others, or memory runs out, at any moment: a clear
//! error, nothing acknowledged is lost, and the store goes on when it is over.

use crate::disk::Dice;
use crate::faults::{Kind, Plan};
use crate::ledger::{Deed, check};
use crate::vfs::{self, Watching};
use crate::work::Work;
use crate::{full, memory};
use aegis_store::{OpenError, Store, StoreError, StoreOptions};
use std::path::Path;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Disk(Kind),
    Memory,
}

impl Fault {
    /// Whether an error says what is wrong. What SQLite cannot know it calls an error of the disk.
    fn is_told_by(self, error: &StoreError) -> bool {
        match self {
            Self::Disk(Kind::Full) => matches!(error, StoreError::DiskFull | StoreError::Io),
            Self::Disk(Kind::Broken) => matches!(error, StoreError::Io),
            Self::Disk(Kind::Busy) => matches!(error, StoreError::Busy),
            Self::Memory => matches!(error, StoreError::OutOfMemory),
        }
    }

    fn is_told_at_the_start_by(self, error: &OpenError) -> bool {
        match self {
            Self::Disk(Kind::Full) => matches!(
                error,
                OpenError::DiskFull { .. } | OpenError::Io { .. } | OpenError::ReadOnly { .. }
            ),
            Self::Disk(Kind::Broken) => {
                matches!(error, OpenError::Io { .. } | OpenError::ReadOnly { .. })
            }
            Self::Disk(Kind::Busy) => matches!(error, OpenError::Busy { .. }),
            Self::Memory => matches!(error, OpenError::OutOfMemory { .. }),
        }
    }
}

/// Faults one after the other in the life of one store.
struct Ordeal<'a> {
    fault: Fault,
    for_good: bool,
    watching: &'a Watching,
    /// Calls at which something is still to fail, the next one last.
    at: Vec<u64>,
    armed: bool,
    met: u64,
    /// Calls that had passed when their turn came.
    passed: Vec<u64>,
}

impl Ordeal<'_> {
    /// Arms the next fault, when the one before has been dealt with.
    fn arm(&mut self) -> bool {
        if self.armed {
            return true;
        }
        if let Fault::Disk(_) = self.fault {
            let now = self.watching.calls();
            while let Some(at) = self.at.pop_if(|at| *at <= now) {
                self.passed.push(at);
            }
        }
        let Some(at) = self.at.pop() else { return false };
        match self.fault {
            Fault::Disk(kind) => {
                let plan = if self.for_good { Plan::for_good } else { Plan::once };
                self.watching.fail(Some(plan(kind, at)));
            }
            Fault::Memory => memory::fail(at, if self.for_good { u64::MAX } else { 1 }),
        }
        self.armed = true;
        true
    }

    fn failures(&self) -> u64 {
        match self.fault {
            Fault::Disk(_) => self.watching.failures(),
            Fault::Memory => memory::failures(),
        }
    }

    /// The fault is over.
    fn lift(&mut self) {
        self.met += 1;
        self.watching.fail(None);
        memory::enough();
        self.armed = false;
    }

    /// An error was told: it is of this fault, which is over now.
    fn is_told(&mut self, fits: bool, error: &dyn std::fmt::Debug) {
        assert!(fits, "it does not say what is wrong: {error:?}");
        assert!(self.failures() > 0, "without a fault: {error:?}");
        self.lift();
    }

    /// Opens the store under faults, and once more without.
    fn open(&mut self, dir: &Path) -> Store {
        match Store::open(dir, StoreOptions::default()) {
            Ok(store) => store,
            Err(error) => {
                self.is_told(self.fault.is_told_at_the_start_by(&error), &error);
                Store::open(dir, StoreOptions::default()).expect("it goes on")
            }
        }
    }

    /// Works until the last fault has been met.
    async fn work(&mut self, work: &Work<'_>, dice: &mut Dice) {
        while self.arm() {
            match work.something(dice).await {
                Err(error) => {
                    self.is_told(self.fault.is_told_by(&error), &error);
                    work.create(dice).await.expect("it goes on");
                }
                // Absorbed: a checkpoint that is put off, a lock that was free a moment later.
                Ok(()) if !self.for_good && self.failures() > 0 => self.lift(),
                Ok(()) => {}
            }
        }
    }
}

/// From when on calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The first start, in an empty folder.
    Start,
    /// The start was; each fault is counted from the end of the one before.
    Work,
}

/// One store from an empty folder on, with faults at these calls. Returns how many it met, and those
/// that passed while one before was dealt with.
async fn ordeal(fault: Fault, for_good: bool, from: From, mut at: Vec<u64>) -> (u64, Vec<u64>) {
    let dir = tempfile::tempdir().unwrap();
    let seed = at[0];
    println!("{fault:?}, for good: {for_good}, from {from:?}, at {at:?}");
    let watching = vfs::watch(dir.path(), seed | 1);
    at.reverse();
    let passed = Vec::new();
    let watched = &watching;
    let mut it = Ordeal { fault, for_good, watching: watched, at, armed: false, met: 0, passed };
    let mut dice = Dice::new(seed);
    memory::enough();
    if from == From::Start {
        it.arm();
    }
    let store = it.open(dir.path());
    let work = Work::new(&store, &watching, Vec::new());
    it.work(&work, &mut dice).await;
    work.nothing_of_what_failed_is_there().await;
    let deeds = work.deeds();
    let cut = watching.cut();
    store.close();
    assert_eq!(check(dir.path(), &deeds).await, Ok(()), "after closing");
    let other = tempfile::tempdir().unwrap();
    vfs::write_image(other.path(), &cut.image);
    assert_eq!(check(other.path(), &deeds).await, Ok(()), "after a power cut on top");
    (it.met, it.passed)
}

/// Each of the first 5,000 calls fails once in somebody's life, and from each of them on all fail
/// once; without `AEGIS_PROMISES=full`, every 50th of the first 1,000.
///
/// `apart` is how many lie between two faults of one life, so that the store has settled.
async fn every_call(fault: Fault, from: From, apart: [u64; 2]) {
    let (last, step) = if full() { (5_000, 1) } else { (1_000, 50) };
    let mut met = 0;
    for (for_good, apart) in [(false, apart[0]), (true, apart[1])] {
        for first in (1..=apart.min(last)).step_by(step) {
            let mut at: Vec<_> = (first..=last).step_by(apart as usize).collect();
            while !at.is_empty() {
                let (more, passed) = ordeal(fault, for_good, from, at).await;
                met += more;
                at = passed;
            }
        }
    }
    assert_eq!(met, 2 * last / step as u64, "faults that were met");
    println!("promise P5 {met} {fault:?} at every call up to {last}, once and for good: 0 lost");
}

#[tokio::test]
async fn on_a_full_disk() {
    every_call(Fault::Disk(Kind::Full), From::Start, [200, 250]).await;
}

#[tokio::test]
async fn on_a_broken_disk() {
    every_call(Fault::Disk(Kind::Broken), From::Start, [200, 250]).await;
}

#[tokio::test]
async fn while_others_hold_every_lock() {
    every_call(Fault::Disk(Kind::Busy), From::Start, [200, 250]).await;
}

#[tokio::test]
async fn without_memory_at_the_start() {
    // A start takes thousands of pieces of memory: one fault a life.
    every_call(Fault::Memory, From::Start, [5_000, 5_000]).await;
}

#[tokio::test]
async fn without_memory_at_work() {
    every_call(Fault::Memory, From::Work, [250, 250]).await;
}

/// A commit of a start that was not synced is found by the next start, and is not on the disk. What
/// that one acknowledged behind it was lost with it.
#[tokio::test]
async fn what_is_acknowledged_after_a_start_that_failed_outlives_a_power_cut() {
    for at in 150..230 {
        let passed = ordeal(Fault::Disk(Kind::Broken), true, From::Start, vec![at, at + 250]).await;
        assert!(passed.0 > 0, "no call {at}");
    }
}

/// The change to a write-ahead log is committed after SQLite has answered that it is made. When that
/// failed, the store went on with a journal that a power cut brings back to life.
#[tokio::test]
async fn a_log_that_could_not_be_switched_on_is_not_gone_without() {
    for at in 15..60 {
        ordeal(Fault::Disk(Kind::Full), false, From::Start, vec![at]).await;
    }
}

/// The control: whoever takes a refusal for a success has lost something.
#[tokio::test]
async fn what_was_refused_would_be_missed() {
    let dir = tempfile::tempdir().unwrap();
    let watching = vfs::watch(dir.path(), 1);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let work = Work::new(&store, &watching, Vec::new());
    let mut dice = Dice::new(1);
    work.create(&mut dice).await.unwrap();
    watching.fail(Some(Plan::for_good(Kind::Full, 0)));
    assert!(matches!(work.create(&mut dice).await, Err(StoreError::DiskFull)));
    watching.fail(None);
    let refused = work.not_made().into_iter().map(|id| Deed::Created(id, "task".to_owned()));
    let deeds: Vec<_> = work.deeds().into_iter().chain(refused).collect();
    store.close();
    let wrong = check(dir.path(), &deeds).await.unwrap_err();
    assert!(wrong.starts_with("lost"), "{wrong}");
}

//! SQLite's way to the disk, with a disk of ours in between.
//!
//! The shim is SQLite's default file system of this test program, so that the store under test is
//! opened as it always is and needs no switch for tests. It hands every call on to the real one
//! and keeps account of what is durable ([`Disk`]); it never syncs for real. Only the database of
//! the folder that is [watched](watch), and copies of it, are its business.

mod file;
mod system;

use crate::disk::{Dice, Disk, Image};
use crate::faults::{Call, Plan};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was acknowledged so far: counted by whoever gives commands to the store.
static ACKNOWLEDGED: AtomicUsize = AtomicUsize::new(0);
static WATCH: Mutex<Option<Watch>> = Mutex::new(None);
/// Two tests of one process must not watch at once.
static ONE: Mutex<()> = Mutex::new(());

/// What is found after a power cut, and how much had been acknowledged by then.
pub struct Cut {
    pub image: Image,
    pub acknowledged: usize,
}

/// How the disk behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Honesty {
    #[default]
    Honest,
    /// It says that a sync is done and does nothing.
    Lies,
}

struct Watch {
    id: u64,
    root: PathBuf,
    disk: Disk,
    dice: Dice,
    honesty: Honesty,
    /// Calls so far.
    calls: u64,
    /// Calls between two cuts, on average; 0: never.
    pace: u64,
    next_cut: u64,
    cuts: Vec<Cut>,
    plan: Option<Plan>,
}

/// Watching a folder, until it is dropped.
pub struct Watching {
    id: u64,
    _one: MutexGuard<'static, ()>,
}

fn watch_lock() -> MutexGuard<'static, Option<Watch>> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts memory and disk of ours before SQLite's own. Before anything else is asked of SQLite.
pub fn install() {
    crate::memory::install();
    system::install();
}

/// Says that the database in this folder is on our disk, with what is there now being safe.
pub fn watch(root: &Path, seed: u64) -> Watching {
    let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    install();
    ACKNOWLEDGED.store(0, Ordering::SeqCst);
    let id = seed;
    *watch_lock() = Some(Watch {
        id,
        root: root.to_owned(),
        disk: Disk::of(&read_image(root)),
        dice: Dice::new(seed),
        honesty: Honesty::Honest,
        calls: 0,
        pace: 0,
        next_cut: 0,
        cuts: Vec::new(),
        plan: None,
    });
    Watching { id, _one: one }
}

impl Watching {
    fn with<T: Default>(&self, act: impl FnOnce(&mut Watch) -> T) -> T {
        watch_lock().as_mut().filter(|w| w.id == self.id).map(act).unwrap_or_default()
    }

    pub fn honesty(self, honesty: Honesty) -> Self {
        self.with(|w| w.honesty = honesty);
        self
    }

    /// Looks again and again, on average after so many calls, at what a power cut would leave.
    pub fn cut_every(self, pace: u64) -> Self {
        self.with(|w| {
            w.pace = pace;
            w.next_cut = w.dice.below(2 * pace) + 1;
        });
        self
    }

    /// Something was acknowledged.
    pub fn acknowledge(&self) {
        ACKNOWLEDGED.fetch_add(1, Ordering::SeqCst);
    }

    pub fn acknowledged(&self) -> usize {
        ACKNOWLEDGED.load(Ordering::SeqCst)
    }

    /// What a power cut at this moment would leave.
    pub fn cut(&self) -> Cut {
        let image = self.with(|w| w.disk.after_cut(&mut w.dice));
        Cut { image, acknowledged: self.acknowledged() }
    }

    pub fn take_cuts(&self) -> Vec<Cut> {
        self.with(|w| std::mem::take(&mut w.cuts))
    }

    /// Lets calls fail from now on as the plan says; `None`: no more.
    pub fn fail(&self, plan: Option<Plan>) {
        self.with(|w| w.plan = plan);
    }

    /// How many calls have failed under the plan of now.
    pub fn failures(&self) -> u64 {
        self.with(|w| w.plan.as_ref().map_or(0, Plan::failures))
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.with(|w| w.calls)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        *watch_lock() = None;
    }
}

impl Watch {
    /// One more call; what it fails with, if it does.
    fn call(&mut self, call: Call, name: &str) -> Option<i32> {
        if !self.plan.as_ref().is_some_and(Plan::is_under_way) {
            self.calls += 1;
        }
        if self.pace > 0 && self.calls >= self.next_cut {
            self.next_cut = self.calls + 1 + self.dice.below(2 * self.pace);
            let image = self.disk.after_cut(&mut self.dice);
            self.cuts.push(Cut { image, acknowledged: ACKNOWLEDGED.load(Ordering::SeqCst) });
        }
        self.plan.as_mut().and_then(|plan| plan.judge(self.calls, call, name))
    }
}

/// Whether a file is one of the database's; others may fail, and no account is kept of them.
fn is_kept(name: &str) -> bool {
    name.starts_with(DATABASE) && !name.ends_with("-shm")
}

/// The files of a database that are in a folder.
pub fn read_image(folder: &Path) -> Image {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            is_kept(&name)
                .then(|| std::fs::read(entry.path()).ok().map(|content| (name, content)))?
        })
        .collect()
}

/// Puts the files of an image into a folder.
pub fn write_image(folder: &Path, image: &Image) {
    for (name, content) in image {
        std::fs::write(folder.join(name), content).unwrap();
    }
}

const DATABASE: &str = "aegis.db";

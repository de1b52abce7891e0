//! What is left of a run whose helper is dead.
//!
//! The kernel kills the helper's own child with it. Grandchildren belong to init then, and nothing
//! but their environment says whose they were: every process of a run has its id there.

use std::collections::HashSet;
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::Signal;

use crate::cgroup::Base;
use crate::{Process, ProcessIdentity};

/// The variable that carries a run's id into every process of the run.
pub const RUN_VARIABLE: &str = "AEGIS_RUN";

/// Most time for all of it.
const LIMIT: Duration = Duration::from_secs(5);
/// How soon to look for processes that slipped through.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A run whose helper is dead, or may be.
#[derive(Debug, Clone)]
pub struct Orphan {
    /// Its id, as its processes carry it.
    pub run: String,
    /// Those of its processes that are known.
    pub known: Vec<ProcessIdentity>,
}

/// Kills what is known, with all below it, and then every process that carries the id of one of the
/// runs, until none is left. One look at the processes of the system is for all of them. Blocks,
/// for 5 seconds at most. Gives the number of processes that were killed.
#[must_use]
pub fn end(orphans: &[Orphan]) -> u64 {
    if orphans.is_empty() {
        return 0;
    }
    let deadline = Instant::now() + LIMIT;
    let left = || deadline.saturating_duration_since(Instant::now());
    let mut killed = 0;
    for identity in orphans.iter().flat_map(|orphan| &orphan.known) {
        // One that cannot be ended now may still be found by its mark.
        killed += identity.kill_tree(left()).map_or(0, |tree| u64::from(tree.killed));
    }
    let runs: HashSet<&[u8]> = orphans.iter().map(|orphan| orphan.run.as_bytes()).collect();
    loop {
        let marked = marked(&runs);
        let reached = marked.iter().filter(|process| process.signal(Signal::KILL).unwrap_or(false));
        killed += reached.count() as u64;
        for process in &marked {
            // A process of another user cannot be pinned, and is none that could be waited for.
            let _ = process.wait_until(deadline);
        }
        if marked.is_empty() || left().is_zero() {
            if let Ok(base) = Base::detect() {
                // A group that a helper left is empty by now; one that cannot be removed harms nobody.
                let _ = orphans.iter().try_for_each(|orphan| base.clear(&orphan.run));
            }
            return killed;
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// The living processes that carry the id of one of the runs. The start time is read before the
/// environment: should the pid come to mean another process in between, a signal to this one
/// reaches nobody.
fn marked(runs: &HashSet<&[u8]>) -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| Process::read(pid).ok())
        .filter(|process| !process.ended && carries(process.pid, runs))
        .collect()
}

/// The environment of a process of another user cannot be read: it is not ours.
fn carries(pid: i32, runs: &HashSet<&[u8]>) -> bool {
    let run = |variable: &[u8]| {
        let value = variable.strip_prefix(RUN_VARIABLE.as_bytes())?.strip_prefix(b"=")?;
        Some(runs.contains(value))
    };
    fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|environ| environ.split(|byte| *byte == 0).filter_map(run).any(|ours| ours))
}

//! What is left of a run whose helper is dead.
//!
//! The kernel kills the helper's own child with it. Grandchildren belong to init then, and nothing
//! but their environment says whose they were: every process of a run has its id there.

use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::Signal;

use crate::{Process, ProcessIdentity};

/// The variable that carries a run's id into every process of the run.
pub const RUN_VARIABLE: &str = "AEGIS_RUN";

/// Most time for all of it.
const LIMIT: Duration = Duration::from_secs(5);
/// How soon to look for processes that slipped through.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Kills what is known, with all below it, and then every process that carries the run's id, until
/// none is left. Blocks, for 5 seconds at most. Gives the number of processes that were killed.
#[must_use]
pub fn end(run: &str, known: &[ProcessIdentity]) -> u64 {
    let deadline = Instant::now() + LIMIT;
    let left = || deadline.saturating_duration_since(Instant::now());
    let mut killed = 0;
    for identity in known {
        // One that cannot be ended now may still be found by its mark.
        killed += identity.kill_tree(left()).map_or(0, |tree| u64::from(tree.killed));
    }
    loop {
        let marked = marked(run);
        let reached = marked.iter().filter(|process| process.signal(Signal::KILL).unwrap_or(false));
        killed += reached.count() as u64;
        for process in &marked {
            // A process of another user cannot be pinned, and is none that could be waited for.
            let _ = process.wait_until(deadline);
        }
        if marked.is_empty() || left().is_zero() {
            return killed;
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// The living processes that carry the run's id. The start time is read before the environment:
/// should the pid come to mean another process in between, a signal to this one reaches nobody.
fn marked(run: &str) -> Vec<Process> {
    let mark = format!("{RUN_VARIABLE}={run}");
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| Process::read(pid).ok())
        .filter(|process| !process.ended && carries(process.pid, mark.as_bytes()))
        .collect()
}

/// The environment of a process of another user cannot be read: it is not ours.
fn carries(pid: i32, mark: &[u8]) -> bool {
    fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|variable| variable == mark))
}

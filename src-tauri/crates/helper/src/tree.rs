//! The processes below another one, and signals to all of them.
//!
//! A tree that lives cannot be seen at one instant: while `/proc` is read, processes start others,
//! and processes whose parent ends move up to the next subreaper. So one pass can miss some. What
//! must reach every process stops the tree first: what is stopped starts nothing, and a process
//! that one pass missed shows in the next.

use std::collections::{HashMap, HashSet};
use std::{fs, io};

use rustix::process::Signal;

use crate::Process;

/// Passes that find something new before a tree that grows faster than it can be stopped is left
/// to the caller's next attempt.
const MAX_PASSES: usize = 64;

/// Every process below `root`, parents before their children, without `root` itself. Processes
/// that have ended but are not reaped are among them.
///
/// # Errors
/// When `/proc` cannot be listed.
pub fn descendants(root: i32) -> io::Result<Vec<Process>> {
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process that ended since the listing is no longer below anything.
        if let Ok(process) = Process::read(pid) {
            children.entry(process.parent).or_default().push(process);
        }
    }
    let mut found = children.remove(&root).unwrap_or_default();
    let mut next = 0;
    while let Some(process) = found.get(next) {
        if let Some(below) = children.remove(&process.pid) {
            found.extend(below);
        }
        next += 1;
    }
    Ok(found)
}

/// Asks every process below `root` to end, by a signal that it may handle. Each gets SIGCONT after
/// it, because a stopped process handles nothing. One pass only: what a process starts in order to
/// clean up must not be interrupted by the signal that made it do so. Gives those that were
/// signalled.
///
/// # Errors
/// When `/proc` cannot be listed.
pub fn ask(root: i32, signal: Signal) -> io::Result<Vec<Process>> {
    let mut asked = descendants(root)?;
    asked.retain(|process| {
        let reached = deliver(process, signal);
        deliver(process, Signal::CONT);
        reached
    });
    Ok(asked)
}

/// Stops every process below `root`. Gives those that are stopped now.
///
/// # Errors
/// When `/proc` cannot be listed.
pub fn freeze(root: i32) -> io::Result<Vec<Process>> {
    let mut seen = HashSet::new();
    let mut frozen = Vec::new();
    let mut quiet = 0;
    for _ in 0..MAX_PASSES {
        let before = seen.len();
        for process in descendants(root)? {
            if seen.insert((process.pid, process.start_time)) && deliver(&process, Signal::STOP) {
                frozen.push(process);
            }
        }
        // A process that moved to another parent during one pass can be missed by that pass, but
        // not by the next.
        quiet = if seen.len() == before { quiet + 1 } else { 0 };
        if quiet == 2 {
            break;
        }
    }
    Ok(frozen)
}

/// Lets every process below `root` go on after [`freeze`].
///
/// # Errors
/// When `/proc` cannot be listed.
pub fn thaw(root: i32) -> io::Result<()> {
    for process in descendants(root)? {
        deliver(&process, Signal::CONT);
    }
    Ok(())
}

/// Kills every process below `root`, after stopping them all, so that none escapes by starting
/// another. Gives those that were killed; they may take a moment to end.
///
/// # Errors
/// When `/proc` cannot be listed.
pub fn kill(root: i32) -> io::Result<Vec<Process>> {
    let mut killed = freeze(root)?;
    killed.retain(|process| deliver(process, Signal::KILL));
    Ok(killed)
}

/// Whether a living process got the signal. One that has ended meanwhile, or that may not be
/// signalled, did not: the caller sees what is left.
fn deliver(process: &Process, signal: Signal) -> bool {
    !process.ended && process.signal(signal).unwrap_or(false)
}

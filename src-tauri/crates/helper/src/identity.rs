//! Which process is meant, beyond doubt, also after a restart of the engine or of the machine.

use std::io;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid};
use serde::{Deserialize, Serialize};

use crate::process::{Process, read_small};
use crate::tree;

/// Stands in for a limit beyond the end of the clock.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// A process, told apart from every other one that has had its pid or will have it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessIdentity {
    /// The process id.
    pub pid: i32,
    /// When the process started, in clock ticks since boot: field 22 of `/proc/<pid>/stat`.
    pub start_time: u64,
    /// The boot in which it ran: `/proc/sys/kernel/random/boot_id`.
    pub boot_id: String,
}

/// What [`ProcessIdentity::kill_tree`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TreeKilled {
    /// How many processes were killed. 0 when the process is not the one that is meant, or has
    /// ended.
    pub killed: u32,
    /// How many processes of the tree had not ended within the limit, those included that belong to
    /// another user and could not be signalled.
    pub survivors: u32,
}

impl ProcessIdentity {
    /// The identity of the process that has this pid now.
    ///
    /// # Errors
    /// `NotFound` when there is none, and whatever hinders reading `/proc`.
    pub fn of(pid: i32) -> io::Result<Self> {
        let Process { start_time, .. } = Process::read(pid)?;
        Ok(Self { pid, start_time, boot_id: boot_id()?.to_owned() })
    }

    /// Whether exactly this process still runs. One that has ended and only waits to be reaped
    /// does not.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.find().is_ok_and(|process| process.is_some_and(|process| !process.ended))
    }

    /// Kills this process and everything below it, and waits until all have ended, at most for
    /// `limit`. When the pid means another process now, or the machine has been restarted, nothing
    /// is signalled.
    ///
    /// Meant for what a crash of the engine left behind. Give it the helper's identity first: as
    /// the subreaper it is above every process of its run, also above those that detached
    /// themselves from the child.
    ///
    /// # Errors
    /// `InvalidInput` when the caller itself is in that tree, and whatever hinders reading `/proc`.
    pub fn kill_tree(&self, limit: Duration) -> io::Result<TreeKilled> {
        let Some(root) = self.find()?.filter(|process| !process.ended) else {
            return Ok(TreeKilled::default());
        };
        if is_self_or_ancestor(root.pid)? {
            let message =
                format!("process {} is an ancestor of the one that would end it", self.pid);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        root.signal(Signal::STOP)?;
        tree::freeze(root.pid)?;
        let mut doomed = tree::descendants(root.pid)?;
        doomed.retain(|process| !process.ended);
        doomed.push(root);
        let killed = doomed.iter().filter(|process| process.signal(Signal::KILL).unwrap_or(false));
        let killed = count(killed.count());

        let now = Instant::now();
        let deadline = now.checked_add(limit).unwrap_or(now + LONGEST_WAIT);
        let left = doomed.iter().filter(|process| !process.wait_until(deadline).unwrap_or(false));
        Ok(TreeKilled { killed, survivors: count(left.count()) })
    }

    fn find(&self) -> io::Result<Option<Process>> {
        if boot_id()? != self.boot_id {
            return Ok(None);
        }
        match Process::read(self.pid) {
            Ok(process) => Ok((process.start_time == self.start_time).then_some(process)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// It cannot change while this program runs.
fn boot_id() -> io::Result<&'static str> {
    static BOOT_ID: OnceLock<String> = OnceLock::new();
    if let Some(known) = BOOT_ID.get() {
        return Ok(known);
    }
    let read = String::from_utf8(read_small("/proc/sys/kernel/random/boot_id")?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(BOOT_ID.get_or_init(|| read.trim_end().to_owned()))
}

fn is_self_or_ancestor(pid: i32) -> io::Result<bool> {
    let mut at = getpid().as_raw_nonzero().get();
    while at > 0 {
        if at == pid {
            return Ok(true);
        }
        at = match Process::read(at) {
            Ok(process) => process.parent,
            // /proc can be mounted so that it hides the processes of other users.
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        };
    }
    Ok(false)
}

fn count(processes: usize) -> u32 {
    u32::try_from(processes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> ProcessIdentity {
        ProcessIdentity::of(getpid().as_raw_nonzero().get()).unwrap()
    }

    #[test]
    fn this_process_is_alive_and_no_other_one_passes_for_it() {
        let own = own();
        assert!(own.is_alive());
        assert!(!ProcessIdentity { start_time: own.start_time + 1, ..own.clone() }.is_alive());
        assert!(!ProcessIdentity { boot_id: "another".into(), ..own.clone() }.is_alive());
        assert!(!ProcessIdentity { pid: i32::MAX, ..own }.is_alive());
    }

    #[test]
    fn nobody_ends_themselves_by_mistake() {
        let refused = own().kill_tree(Duration::ZERO).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }
}

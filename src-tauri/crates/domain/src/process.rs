//! Who a process is, beyond its number.

use serde::{Deserialize, Serialize};

/// A process, told apart from every other that ever had its number.
///
/// Pids are reused; pid, start time and boot together are not. A process that does not match is
/// somebody else's and is never signalled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessIdentity {
    /// The process number.
    pub pid: i32,
    /// When it started, in clock ticks since boot (`/proc/<pid>/stat`, field 22; see proc(5)).
    pub start_time: u64,
    /// The boot it belongs to (`/proc/sys/kernel/random/boot_id`).
    pub boot_id: String,
}

//! What the machine allows: the least that anybody has to pay for a commit, a write to the disk, a
//! thread that wakes, a process.
//!
//! Floors are measured in the same minutes as what is held against them, because a shared machine
//! and its disk differ tenfold between minutes.

pub mod commit;
pub mod fsync;
pub mod process;
pub mod wake;

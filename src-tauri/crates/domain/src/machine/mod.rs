//! The machine: one pure function that says what a command does.
//!
//! [`apply`] gets every row that the command may read ([`Slice`]), the command and the moment
//! ([`crate::Ctx`]), and answers with what is to be written, told and done ([`Decision`]), or with
//! a typed reason why not ([`Refused`]). It repairs nothing silently.
//!
//! ```text
//! created ─► blocked ◄─► queued ─► assigned ─► executing ─► reviewing ─► completed
//!                           ▲          │         │ ▲ │ ▲         │
//!                           ├──────────┘         │ │ ▼ │         │ rejected
//!                           ├─ retry ── run fails┘ │ awaiting ───┤ (queued: rework)
//!                           ├─ resume ─────────────┴─ paused     │
//!                           └────────────────────────────────────┘
//! terminal: completed · failed · cancelled · skipped · expired
//! ```
//!
//! The words of commands and refusals compile everywhere; the rules need the time-zone database.

mod command;
mod decision;
#[cfg(feature = "zones")]
mod handle;
mod refused;
mod slice;

pub use command::{Answer, Asks, Command, Ending, Mentions, RunRef, Subject, Verdict};
pub use decision::{Answerable, Decision, Hint, Message, Outgoing, Row};
#[cfg(feature = "zones")]
pub use handle::apply;
pub use refused::{Refused, RefusedKind};
pub use slice::{
    Ended, InLine, Maker, NextNumbers, Peer, Predecessor, Reads, ResourceState, Slice, Upstream,
};

/// A run that is cut off this many times in a row is taken for the cause.
pub const CRASH_LOOP_LIMIT: u32 = 3;
/// A review can send work back this often.
pub const REWORK_LIMIT: u32 = 3;
/// So many runs, each set off by the one before, are taken for a loop.
pub const DEPTH_LIMIT: u32 = 8;
/// A run can make this many tasks.
pub const MADE_LIMIT: u32 = 50;
/// Keys of requests that are kept at a time.
pub const KEY_LIMIT: u64 = 200_000;
/// How much of a resource there is when nobody has said.
pub const DEFAULT_CAPACITY: u32 = 1;

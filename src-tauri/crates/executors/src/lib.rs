//! What does the work of a run: `shell` starts a program, `claude_code` a session of Claude Code,
//! and `reminder` tells the person at this machine. [`builtin`] gives them all.
//!
//! A program runs below an `aegis-helper` of its own ([`HelperPath`]), which answers for every
//! process that comes of it. Where a program may work is said by [`aegis_ports::AllowedRoots`], and
//! what it sees of our environment by [`BaseEnv`].
//!
//! # What an executor here promises beyond its trait
//! - `RunHandle::started` returns before anything is started, with the identity of the helper: a
//!   run whose start is not on record has had no effect, and one whose start is can be found, with
//!   all its processes, below that identity.
//! - Every end but one comes after `started`. A run that ends before it has begun, because it is
//!   not the current one any more or because Aegis stops, ends as [`aegis_domain::Outcome::AgentLost`].
//! - When the future of a run is dropped, every process of it is killed.
//!
//! # What it must never do
//! Touch the database, read a clock other than the port's, start a process other than the helper,
//! or call a run done before its last process has ended.

mod claude_code;
mod cwd;
mod early;
mod process;
mod registry;
mod reminder;
mod sandbox;
mod shell;
mod words;

pub use aegis_helper::Available;
pub use claude_code::{ApiKey, ClaudeCodeExecutor, ClaudeCodeParts, Said};
pub use process::{HelperMissing, HelperPath, available_sandboxes};
pub use registry::{BuiltinParts, builtin};
pub use reminder::ReminderExecutor;
pub use sandbox::{Ground, Prepared, Sandboxes};
pub use shell::{BaseEnv, ShellExecutor, allow_listed};

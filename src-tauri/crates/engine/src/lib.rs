//! Drives the domain.
//!
//! It claims what is ready when there is room, starts its executor, watches it, and writes down how
//! it ended; after a crash it finds what was left and queues it again. It wakes on commits, on the
//! next deadline and when a run ends, and at no other time.
//!
//! ```text
//! commit ─┐
//! alarm  ─┼─► driver ─► claim (commit) ─► run task ─► executor ─► finish (commit) ─┐
//! ended  ─┘                                                                        └─► commit …
//! ```
//!
//! **Invariants:** it never names a concrete executor, a user interface or a protocol. What is in
//! memory follows from what is committed, never the other way round.

mod alarm;
mod artifacts;
mod asking;
mod at_once;
mod backups;
mod callers;
mod driver;
mod engine;
mod live;
pub mod log;
mod outbox;
mod pool;
mod recovery;
mod redact;
mod retention;
mod run;
mod sampler;
mod search;
mod terms;

pub use artifacts::{ArtifactLimits, Artifacts, Stored};
pub use callers::{CallingRun, Kinship};
pub use engine::{Engine, EngineError, EngineParts};
pub use pool::{Group, HoldStatus, PoolStatus};
pub use retention::Cleaned;
pub use search::SearchAnswer;

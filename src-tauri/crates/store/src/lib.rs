//! Tasks, occurrences, runs and events on SQLite.
//!
//! One writer thread takes commands from a bounded queue and commits them in groups: whatever has
//! queued up while the disk was busy shares the next commit. Readers work beside it on snapshots
//! of their own. A command is acknowledged only after its commit, and everybody who follows the
//! [`Store::commits`] hears of events in the order of their sequence numbers.
//!
//! **Invariant:** this crate decides nothing. It reads the rows that a command may read, asks
//! [`aegis_domain::machine::apply`], and writes what that says. One table per file, in `table/`.

mod agents;
mod apply;
pub mod backup;
mod error;
mod figures;
mod fold;
mod inspect;
pub mod list;
mod open;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.
mod plans;
mod reader;
pub mod retention;
mod rows;
pub mod search;
mod slice;
mod starter;
mod store;
mod table;
pub mod transfer;
mod writer;

pub use apply::Applied;
pub use error::{OpenError, StoreError, WriteError};
pub use inspect::{Inspection, inspect};
pub use open::{Durability, StoreOptions, latest_version};
pub use reader::{Agenda, BoardRows, CardRow, PeerRow, Reader, ResourceRow};
pub use starter::{Chosen, Lanes, Look, Start, Starter, Then};
pub use store::Store;
pub use table::{FactRow, Head, Heads, OutboxRow, ReadyRow, Waiting};
pub use writer::{Commit, Submission};

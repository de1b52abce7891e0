//! The store on real SQLite files.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod backup;
mod commit;
mod figures;
mod migrate;
mod open;
mod read;
mod support;
mod transfer;
mod waiting;

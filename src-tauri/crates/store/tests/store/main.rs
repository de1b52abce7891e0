//! The store on real SQLite files.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod all_rows;
mod backup;
mod commit;
mod figures;
mod forms;
mod keys;
mod lanes;
mod line;
mod list;
mod migrate;
mod money;
mod open;
mod read;
mod retention;
mod search;
mod starter;
mod support;
mod transfer;
mod waiting;

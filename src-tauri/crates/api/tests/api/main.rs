//! The application layer over a real engine and a real database.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod budgets;
mod data;
mod feeds;
mod find;
mod guests;
mod keys;
mod once;
mod planned;
mod pool;
mod refusals;
mod reports;
mod support;
mod tasks;

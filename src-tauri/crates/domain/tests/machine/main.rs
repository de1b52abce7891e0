//! The machine, held against a table of transitions that was written by hand and not derived from
//! the code.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod agents;
mod budgets;
mod dependencies;
mod edges;
mod idle;
mod limits;
mod once;
mod refusals;
mod reports;
mod resources;
mod scenarios;
mod schedules;
mod story;
mod walk;
mod world;

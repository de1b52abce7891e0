//! Lines of plain words, with the reading that each must have.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod at_desk;
mod clock_changes;
mod commands;
mod fuzz;
mod pace;
mod plain;
mod problems;
mod prompts;
mod properties;
mod refusals;
mod relations;
mod reminders;
mod repetition;
mod spans;
mod summaries;
mod times;
mod zones;

//! The small languages that people write inside a task: conditions, placeholders, templates.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod conditions;
mod docs;
mod fuzz;
mod placeholders;
#[cfg(feature = "zones")]
mod refusals;
mod shells;
#[cfg(feature = "zones")]
mod templates;

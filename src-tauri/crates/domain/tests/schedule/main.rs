//! Schedules, held against answers that were worked out by hand, by a slow reference and by a cron
//! of another make.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.
#![cfg(feature = "zones")]

mod agreement;
mod clock_changes;
mod cron;
mod making;
mod missed;
mod oracle;
mod refusals;
mod rules;
mod simulation;
mod speed;

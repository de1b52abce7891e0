//! The real program, driven over its socket as the engine drives it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what was tried is told")]

mod cgroup;
mod connect;
mod ending;
mod engine;
mod escapes;
mod freezing;
mod hostile;
mod lifeline;
mod orphans;
mod protocol;
mod sandbox;
mod starting;

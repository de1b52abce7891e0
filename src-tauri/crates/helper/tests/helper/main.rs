//! The real program, driven over its socket as the engine drives it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod connect;
mod ending;
mod engine;
mod freezing;
mod hostile;
mod lifeline;
mod orphans;
mod protocol;
mod starting;

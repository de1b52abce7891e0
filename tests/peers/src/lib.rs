//! What the tests meet in place of the world: services that are played on loopback, and real
//! programs that `scripts/setup test` has installed.
//!
//! **Invariant:** it links nothing of Aegis, listens on loopback only, and no program of Aegis links
//! it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

pub mod claude;
pub mod messages;

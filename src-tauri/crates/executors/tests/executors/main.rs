//! The executors as the engine drives them, with the real `aegis-helper`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod answer;
mod claude_code;
mod cutoff;
mod desk;
mod engine;
mod environment;
mod keys;
mod output;
mod pausing;
mod registry;
mod reminder;
mod report;
mod sandbox;
mod shell;
mod terminal;
mod workspace;

//! The whole application, driven from outside: programs by path, a private home, a private desktop.
#![allow(
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test stands outside of Aegis: it starts programs itself, and a broken harness is a failed test"
)]

mod bench;
mod cli;
mod engine;
mod faults;
mod harness;
mod rows;
mod screenshots;
mod setup;
mod window;

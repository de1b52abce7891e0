//! The door to the tools, with a real engine, a real database and the real API behind it, and an
//! agent that does whatever it is told.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod agent;
mod approvals;
mod calls;
mod injections;
mod server;
mod world;

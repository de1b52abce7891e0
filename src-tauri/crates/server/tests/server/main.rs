//! The server and the client over real sockets, with a service that is none of Aegis'.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;
mod harness;
mod limits;
mod protocol;
mod shutdown;
mod socket;

//! Aegis over a local socket: [`serve`] offers any [`Service`](aegis_api::Service), and [`Client`]
//! is one at the other end.
//!
//! One JSON object a line, in both directions ([`ClientFrame`](aegis_protocol::ClientFrame),
//! [`ServerFrame`](aegis_protocol::ServerFrame)). What a client can rely on:
//!
//! - Every request is answered once, by a reply or an error. A feed's reply (`null`) says that it is
//!   open; its items follow, until it ends or an error ends it.
//! - Requests of one connection run side by side; their numbers tell the answers apart. A number may
//!   be used again once its request is over.
//! - A line that is no request is answered with an error, under its own number if it has one, else
//!   under 0, which is no request's number. The connection stays. A line over
//!   [`MAX_FRAME`](aegis_protocol::MAX_FRAME) is answered under 0, and ends the connection.
//! - A client that goes away ends its feeds. A method that has begun goes on: it may have changed
//!   something already.
//! - A client that does not read what it is sent is cut off after [`Limits::write`]; until then
//!   nothing is dropped, and nobody else waits for it.
//!
//! **Invariants:** this crate holds no rule: what a request may do is decided by the service. It
//! talks to nobody but the user's own processes: the kernel is asked whose the other end is.

mod client;
mod connection;
mod listener;
mod peer;
mod serve;
mod wire;

pub use client::{Client, ConnectError};
pub use listener::{BindError, Listener};
pub use serve::{Limits, serve};

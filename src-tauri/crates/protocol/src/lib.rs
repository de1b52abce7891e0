//! What the window, the command line and programs say to Aegis, and what it answers.
//!
//! A request is a struct that implements [`Method`] (one reply) or [`Feed`] (many items, until
//! somebody ends it). The same structs cross every transport: the window's IPC, the local socket,
//! and later HTTP. On a wire they are [`Frame`]s.
//!
//! **Invariants:** this crate holds no rule: what a card may do is decided before it gets here. It
//! compiles to WebAssembly. Numbers of 64 bits travel as JSON *text* that Rust reads on both sides,
//! so none ever passes through a JavaScript number.

mod error;
mod frame;
mod method;
mod view;

pub use error::{ApiError, ErrorKind};
pub use frame::{ClientFrame, MAX_FRAME, ServerFrame};
pub use method::*;
pub use view::*;

//! The Messages API of Anthropic on loopback: scripted turns, streamed as its documentation says
//! (docs.anthropic.com/en/docs/build-with-claude/streaming), and everything that can go wrong.
//!
//! ```no_run
//! use aegis_peers::messages::{Server, Turn, call, text};
//! let server = Server::start([
//!     Turn::of([text("I will look."), call("Bash", serde_json::json!({"command": "ls"}))]),
//!     Turn::of([text("Done.")]),
//! ]);
//! println!("ANTHROPIC_BASE_URL={}", server.url());
//! ```
//! It is written by hand on sockets, because a fault here is a matter of bytes: a connection that
//! is cut in the middle of a character, or an answer that comes one byte at a time.

mod http;
mod server;
mod stream;
mod turn;

pub use http::Request;
pub use server::Server;
pub use turn::{Block, Delivery, Fault, Turn, call, text, thinking};

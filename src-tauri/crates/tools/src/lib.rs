//! The tools that agents call, and the policy in front of them.
//!
//! ```text
//! agent ──► mcp ──► Gate::call ───┐
//! agent's own tools ─► Gate::permit ─┴─► rules, task, taint ─► go │ ask a person │ no
//!                          └──────────► a tool use is noted, whatever became of it
//! ```
//! A tool ([`registry`]) is a name, a typed input from which its schema follows, what a call of it
//! could do, and a function. There is one dispatch. What a call does goes through
//! [`aegis_ports::Commands`], so a tool can do nothing that the API would refuse.
//!
//! **Invariant:** no tool runs that the policy has not let through, and no model is asked whether
//! it may. What a call could do is said by the tool and its input, never by whoever calls.

/// What the server of Aegis' tools is called where several servers have names.
pub const SERVER: &str = "aegis";

mod allowed;
mod files;
mod gate;
mod hash;
mod host;
pub mod mcp;
mod natures;
mod registry;
mod tool;
mod visitor;

pub use hash::hash_of;
pub use host::Host;
pub use natures::nature_of;
pub use visitor::visitor;

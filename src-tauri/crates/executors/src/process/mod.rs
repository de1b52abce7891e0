//! Running a program through `aegis-helper`, up to the end of its last process.
//!
//! ```text
//! executor ── lifeline (socket) ──► aegis-helper ──► the program and all that comes of it
//!     ▲                                                   │
//!     └────── stdout, stderr (pipes, or a terminal) ──────┘
//! ```
//! [`run`] is the whole of it. Its future holds the lifeline: dropping it ends every process.

mod ask;
mod capture;
mod deadline;
mod error;
mod helper;
mod helper_path;
mod lifeline;
mod output;
mod run;
mod steering;
mod terminal;
mod unstarted;

pub use ask::available_sandboxes;
pub(crate) use capture::capture;
pub(crate) use error::ProcessError;
pub use helper_path::{HelperMissing, HelperPath};
pub(crate) use run::{Cause, End, Exit, run};
pub(crate) use steering::CallOff;
pub(crate) use terminal::{Answer, Expected};
pub(crate) use unstarted::not_started;

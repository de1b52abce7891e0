//! The words between the engine and `aegis-helper`, and the identity of processes.
//!
//! One `aegis-helper` runs per run. It is the parent and the subreaper of the run's child, so that
//! no process of the run can leave its reach, and it ends them all: on request, at the time limit,
//! after the child's own end, and at once when the engine dies. The engine links this library, which
//! holds
//! - [`Control`] and [`Report`], the lines that travel between the two ([`Spec`] says what to start),
//! - [`ProcessIdentity`], by which the engine finds orphans after a crash and ends them,
//! - [`tree`], the processes below another one,
//! - [`remains`], what is left of a run whose helper was killed,
//! - [`Sandbox`], what keeps a run apart from the rest of the machine.
//!
//! # The protocol
//! The engine starts the helper with one end of a Unix stream socket pair as its fd 0, and with the
//! pipes of the run's output as fd 1 and fd 2. Messages are JSON, one a line, at most
//! [`MAX_LINE`] bytes long.
//!
//! ```text
//! helper  Ready          the engine records who supervises the run
//! engine  Start(spec)    held, nothing starts
//! engine  Go
//! helper  Started | StartFailed
//! engine  Cancel | Kill | Freeze | Continue, any number of times
//! helper  Exited         no process of the run is left; the helper ends
//! ```
//! After its last report the helper closes the socket. The engine sees end of file, or a reset if
//! it has sent something meanwhile: both mean the same.
//!
//! The socket is the lifeline too: when its other end closes before `Go`, nothing starts; when it
//! closes later, the helper kills every process of the run. The output pipes reach their end when
//! no process of the run holds them any more: the helper keeps no copy of them.
//!
//! It needs Linux 5.3 (pidfds) and `/proc`.
//!
//! # What it must never do
//! Link anything big, start a process (the program does, the library does not), or signal a process
//! whose start time and boot have not been compared with the ones that are meant.

mod address;
pub mod cgroup;
mod identity;
mod process;
pub mod remains;
mod sandbox;
pub mod tree;
mod wire;

pub use address::SocketAddress;
pub use identity::{ProcessIdentity, TreeKilled};
pub use process::Process;
pub use sandbox::{Available, Limits, Mechanism, Network, PROXY_PORT, Profile, Sandbox};
pub use wire::{Control, Escalation, MAX_LINE, Report, Spec, StartFailure, WireError};

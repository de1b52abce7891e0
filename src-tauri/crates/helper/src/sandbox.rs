//! What keeps a run apart from the rest of the machine, as the engine asks for it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cgroup::Controls;

/// The port on 127.0.0.1 at which a sandbox with [`Network::Proxy`] finds the proxy. Nobody else
/// has it: the sandbox has a loopback device of its own.
pub const PROXY_PORT: u16 = 18_080;

/// The sandbox of a run.
///
/// Every path is absolute and has no symbolic link in it: one that has is refused, so that nobody
/// can put a link in its way between the engine's check and the start.
// A field that this helper does not know may be a restriction that it would not enforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// What can be read.
    pub profile: Profile,
    /// Folders that can be written beside the working directory, which always can.
    #[serde(default)]
    pub writable: Vec<PathBuf>,
    /// What can be read beyond the system's folders. Says nothing new in [`Profile::Workspace`].
    #[serde(default)]
    pub read_only: Vec<PathBuf>,
    /// Folders that are there, empty, and the run's own: what is written in them goes with it. What
    /// is named elsewhere and lies in one of them is there all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private: Vec<PathBuf>,
    /// Files and folders that are not there for the run, however it looks.
    #[serde(default)]
    pub hidden: Vec<PathBuf>,
    /// Whether the repositories of the writable folders, hooks and settings included, can only be
    /// read.
    #[serde(default)]
    pub protect_git: bool,
    /// Whom it reaches.
    pub network: Network,
    /// What it may use up.
    #[serde(default)]
    pub limits: Limits,
    /// Unix sockets that it may reach.
    #[serde(default)]
    pub sockets: Vec<PathBuf>,
    /// An empty folder for its temporary files. It finds it as `TMPDIR`.
    pub tmp: PathBuf,
    /// What may enforce all this, the one to be tried first first. One that this machine does not
    /// have, or that cannot enforce all of it, is passed over; when none is left, nothing starts.
    #[serde(default = "Mechanism::all")]
    pub mechanisms: Vec<Mechanism>,
}

/// What a run can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Everything that its user can, except what is hidden.
    Workspace,
    /// The system's programs and libraries, and what is named.
    Strict,
}

/// Whom a run reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Nobody.
    None,
    /// The proxy that listens at this Unix socket, as `HTTP_PROXY` and `HTTPS_PROXY`.
    Proxy(PathBuf),
    /// Everybody.
    Full,
}

/// What a run may use up. `None` is as much as its user may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of memory of each process: `RLIMIT_DATA`.
    pub memory_bytes: Option<u64>,
    /// Processes and threads at once: `RLIMIT_NPROC`.
    pub processes: Option<u64>,
    /// Bytes of each file that is written: `RLIMIT_FSIZE`.
    pub file_bytes: Option<u64>,
    /// Open files of each process: `RLIMIT_NOFILE`.
    pub open_files: Option<u64>,
    /// Seconds of a processor of each process: `RLIMIT_CPU`.
    pub cpu_seconds: Option<u64>,
}

/// What enforces a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// bubblewrap: namespaces of its own. Can do everything.
    Bubblewrap,
    /// Landlock and seccomp, of Linux 6.12 or newer. Has no view of the files of its own, so there
    /// is much that it can only refuse.
    Landlock,
}

impl Mechanism {
    /// Every one, the best first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::Bubblewrap, Self::Landlock]
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bubblewrap => "bubblewrap",
            Self::Landlock => "Landlock",
        }
    }
}

/// What this machine has, as `aegis-helper --mechanisms` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Available {
    /// Each mechanism, with why it cannot be had.
    pub mechanisms: Vec<(Mechanism, Option<String>)>,
    /// What a control group of a run would limit; a clause that says why there is none.
    pub control_group: Result<Controls, String>,
}

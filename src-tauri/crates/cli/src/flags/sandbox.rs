//! What a command is kept from.

use crate::error::Error;
use crate::value;
use aegis_domain::{Host, SandboxLimits, SandboxNetwork, SandboxProfile, SandboxSettings};
use clap::Args;
use std::path::PathBuf;

/// The sandbox of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sandbox")]
pub(crate) struct SandboxArgs {
    /// What it is kept from: none, workspace (it writes only where it works, and sees no secrets)
    /// or strict (it sees only the system's programs and where it works, and no network); as the
    /// settings say when absent
    #[arg(long, value_name = "PROFILE", value_parser = value::profile)]
    sandbox: Option<SandboxProfile>,

    /// A host that it may reach, and no other but those that are named so; as often as there are
    /// some
    #[arg(long = "allow-host", value_name = "HOST:PORT", value_parser = value::host)]
    hosts: Vec<Host>,

    /// Let it reach nobody
    #[arg(long, conflicts_with = "hosts")]
    no_network: bool,

    /// A folder that it may write beside the one in which it works; as often as there are some
    #[arg(long, value_name = "DIR")]
    writable: Vec<PathBuf>,

    /// What it may read beyond the system's folders, with strict; as often as there is something
    #[arg(long, value_name = "PATH")]
    readable: Vec<PathBuf>,

    /// Let it only read the repository in a folder that it may write, hooks and settings included
    #[arg(long)]
    protect_git: bool,

    /// Most memory of each of its processes, such as 512M or 2G
    #[arg(long, value_name = "SIZE", value_parser = value::size)]
    max_memory: Option<u64>,

    /// Most processes and threads at once
    #[arg(long, value_name = "N")]
    max_processes: Option<u64>,

    /// Most bytes of each file that it writes, such as 100M
    #[arg(long, value_name = "SIZE", value_parser = value::size)]
    max_file_size: Option<u64>,
}

impl SandboxArgs {
    /// What is said; nothing when nothing is.
    ///
    /// # Errors
    /// [`Error::Usage`] for a path that cannot be said.
    pub(crate) fn settings(self) -> Result<Option<SandboxSettings>, Error> {
        if self == Self::default() {
            return Ok(None);
        }
        let network = match (self.no_network, self.hosts.is_empty()) {
            (true, _) => Some(SandboxNetwork::None),
            (false, false) => Some(SandboxNetwork::Allow(self.hosts)),
            (false, true) => None,
        };
        let paths = |paths: Vec<PathBuf>, say: fn(&std::path::Path) -> Result<String, Error>| {
            paths.iter().map(|path| say(path)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Some(SandboxSettings {
            profile: self.sandbox,
            writable: paths(self.writable, value::folder)?,
            read_only: paths(self.readable, value::file)?,
            network,
            protect_git: self.protect_git,
            limits: SandboxLimits {
                memory_bytes: self.max_memory,
                processes: self.max_processes,
                file_bytes: self.max_file_size,
                ..SandboxLimits::default()
            },
        }))
    }
}

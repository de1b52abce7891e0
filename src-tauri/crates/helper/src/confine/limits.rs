//! What a run may use up.

use std::{fs, io};

use aegis_helper::Limits;
use rustix::process::{Resource, Rlimit, geteuid, getrlimit, setrlimit};

/// Limits that this process may take upon itself.
#[derive(Debug, Clone)]
pub(super) struct Limited(Vec<(Resource, u64)>);

/// Whose processes a limit on processes counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// Those of the sandbox alone: the kernel counts by user namespace.
    OfTheSandbox,
    /// All of the user.
    OfTheUser,
}

impl Limited {
    /// What `limits` come to.
    ///
    /// # Errors
    /// A clause that says which one cannot be enforced.
    pub(super) fn new(limits: &Limits, counted: Counted) -> Result<Self, String> {
        let mut all = vec![(Resource::Core, 0)];
        let plain = [
            (Resource::Data, limits.memory_bytes),
            (Resource::Fsize, limits.file_bytes),
            (Resource::Nofile, limits.open_files),
            (Resource::Cpu, limits.cpu_seconds),
        ];
        all.extend(plain.into_iter().filter_map(|(resource, limit)| Some((resource, limit?))));
        if let Some(most) = limits.processes {
            if geteuid().is_root() {
                return Err("a limit on processes does not hold for root".to_owned());
            }
            let there = match counted {
                // The two that hold the sandbox together count, too.
                Counted::OfTheSandbox => 2,
                Counted::OfTheUser => threads_of_the_user(),
            };
            all.push((Resource::Nproc, most.saturating_add(there)));
        }
        Ok(Self(all))
    }

    /// Takes them upon this process, and on all that come of it.
    ///
    /// # Errors
    /// What setrlimit(2) gives.
    pub(super) fn take(&self) -> io::Result<()> {
        for (resource, wanted) in &self.0 {
            let most = getrlimit(*resource).maximum.map_or(*wanted, |most| most.min(*wanted));
            setrlimit(*resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
        Ok(())
    }
}

/// The kernel counts threads, of every process of the user.
fn threads_of_the_user() -> u64 {
    let own = geteuid().as_raw().to_string();
    let Ok(entries) = fs::read_dir("/proc") else { return 0 };
    let statuses =
        entries.filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("status")).ok());
    let threads = statuses.filter_map(|status| {
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.map(|rest| rest.split_ascii_whitespace().next().unwrap_or_default().to_owned())
        };
        (field("Uid:")? == own).then(|| field("Threads:")?.parse::<u64>().ok()).flatten()
    });
    threads.sum()
}

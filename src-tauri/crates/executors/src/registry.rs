//! Every executor of this crate.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::SandboxPolicy;
use aegis_ports::{AllowedRoots, Clock, Executor, Notifier, Speaker};
use chrono_tz::Tz;
use tokio::sync::watch;

use crate::{BaseEnv, HelperPath, ReminderExecutor, Sandboxes, ShellExecutor};

/// What the executors need from outside.
pub struct BuiltinParts {
    /// The program that supervises a run's processes.
    pub helper: HelperPath,
    /// What a program sees of our environment.
    pub base_env: BaseEnv,
    /// Where programs may work.
    pub roots: Arc<dyn AllowedRoots>,
    /// Who shows notifications.
    pub notifier: Arc<dyn Notifier>,
    /// Who plays sounds.
    pub speaker: Arc<dyn Speaker>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The time limit of a command whose task names none.
    pub command_limit: watch::Receiver<Duration>,
    /// Which sandbox a task has that names none, and which every task has at least.
    pub sandbox: watch::Receiver<SandboxPolicy>,
    /// The folders of Aegis itself, which no run in a sandbox sees.
    pub own_folders: Vec<PathBuf>,
    /// The zone in which times are told to the person at this machine.
    pub zone: Tz,
}

/// The executors that come with Aegis, each with a name of its own.
#[must_use]
pub fn builtin(parts: BuiltinParts) -> Vec<Arc<dyn Executor>> {
    let BuiltinParts { helper, base_env, roots, notifier, speaker, clock, zone, .. } = parts;
    let sandboxes = Sandboxes::new(parts.sandbox, roots.clone(), parts.own_folders);
    let limit = parts.command_limit;
    vec![
        Arc::new(ShellExecutor::new(helper, base_env, roots, sandboxes, clock.clone(), limit)),
        Arc::new(ReminderExecutor::new(notifier, speaker, clock, zone)),
    ]
}

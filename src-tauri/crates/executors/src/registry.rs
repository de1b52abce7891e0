//! Every executor of this crate.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::SandboxPolicy;
use aegis_ports::{AllowedRoots, Clock, Executor, Notifier, Secrets, Speaker};
use chrono_tz::Tz;
use tokio::sync::watch;

use crate::{
    BaseEnv, ClaudeCodeExecutor, ClaudeCodeParts, HelperPath, ReminderExecutor, Sandboxes,
    ShellExecutor,
};

/// What the executors need from outside.
pub struct BuiltinParts {
    /// The program that supervises a run's processes.
    pub helper: HelperPath,
    /// What a program sees of our environment.
    pub base_env: BaseEnv,
    /// Whether programs see what the user's login shell sets.
    pub login_environment: bool,
    /// Where programs may work.
    pub roots: Arc<dyn AllowedRoots>,
    /// Who keeps the keys.
    pub secrets: Arc<dyn Secrets>,
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
    /// What sessions of Claude Code need beside that.
    pub claude_code: ClaudeCodeParts,
    /// The zone in which times are told to the person at this machine.
    pub zone: Tz,
}

/// The executors that come with Aegis, each with a name of its own. With the login shell's
/// environment it has to be called within a runtime.
#[must_use]
pub fn builtin(parts: BuiltinParts) -> Vec<Arc<dyn Executor>> {
    let BuiltinParts { helper, base_env, roots, secrets, notifier, speaker, clock, .. } = parts;
    let (command_limit, zone) = (parts.command_limit, parts.zone);
    let sandboxes = Sandboxes::new(parts.sandbox, roots.clone(), parts.own_folders);
    let claude_code = ClaudeCodeExecutor::new(
        helper.clone(),
        base_env.clone(),
        roots.clone(),
        sandboxes.clone(),
        clock.clone(),
        parts.claude_code,
    );
    let shell =
        ShellExecutor::new(helper, base_env, roots, sandboxes, clock.clone(), command_limit);
    let mut shell = shell.with_secrets(secrets);
    if parts.login_environment {
        shell = shell.with_login_environment();
    }
    let shell = Arc::new(shell);
    if parts.login_environment {
        let asking = Arc::clone(&shell);
        tokio::spawn(async move { asking.get_ready().await });
    }
    let reminder = ReminderExecutor::new(notifier, speaker, clock, zone);
    vec![shell, Arc::new(claude_code), Arc::new(reminder)]
}

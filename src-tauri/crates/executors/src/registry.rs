//! Every executor of this crate.

use std::sync::Arc;
use std::time::Duration;

use aegis_ports::{AllowedRoots, Clock, Executor, Notifier, Speaker};
use chrono_tz::Tz;
use tokio::sync::watch;

use crate::{
    BaseEnv, ClaudeCodeExecutor, ClaudeCodeParts, HelperPath, ReminderExecutor, ShellExecutor,
};

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
    /// What sessions of Claude Code need beside that.
    pub claude_code: ClaudeCodeParts,
    /// The zone in which times are told to the person at this machine.
    pub zone: Tz,
}

/// The executors that come with Aegis, each with a name of its own.
#[must_use]
pub fn builtin(parts: BuiltinParts) -> Vec<Arc<dyn Executor>> {
    let BuiltinParts {
        helper,
        base_env,
        roots,
        notifier,
        speaker,
        clock,
        command_limit,
        claude_code,
        zone,
    } = parts;
    let claude_code = ClaudeCodeExecutor::new(
        helper.clone(),
        base_env.clone(),
        roots.clone(),
        clock.clone(),
        claude_code,
    );
    vec![
        Arc::new(ShellExecutor::new(helper, base_env, roots, clock.clone(), command_limit)),
        Arc::new(claude_code),
        Arc::new(ReminderExecutor::new(notifier, speaker, clock, zone)),
    ]
}

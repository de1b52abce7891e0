//! The real Claude Code against a Messages API that is played on loopback: what it does, what it
//! costs, how it fails, and that it ends.

mod binary;
mod confined;
mod ending;
mod faults;
mod gate;
mod going_on;
mod results;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use aegis_domain::{ClaudeCodeSettings, Report, Usage};
use aegis_executors::{BaseEnv, ClaudeCodeExecutor, ClaudeCodeParts, Sandboxes, allow_listed};
use aegis_peers::claude;
use aegis_peers::messages::Server;
use aegis_ports::{Executor, Job, LogStream};

use crate::engine::{Handle, LIMIT, Live, helper, text};
use crate::workspace::{HomeOnly, Machine, shell_job};
use aegis_doubles::WallClock;

/// The key that sessions are given. It opens nothing.
pub const KEY: &str = "sk-ant-a-key-for-tests";

/// What the executor needs, with the real program and a service at `url`.
pub fn parts(url: Option<String>) -> ClaudeCodeParts {
    ClaudeCodeParts {
        path: Arc::new(|| Some(claude::program())),
        base_url: Arc::new(move || url.clone()),
        time_limit: Arc::new(|| LIMIT),
        key: Some(Arc::new(|| Box::pin(async { Some(KEY.to_owned()) }))),
        tools: None,
    }
}

/// A session that does this, and may do it without asking.
fn prompt(prompt: &str) -> ClaudeCodeSettings {
    ClaudeCodeSettings {
        prompt: Some(prompt.to_owned()),
        allowed_tools: vec!["Bash".to_owned(), "Write".to_owned()],
        ..ClaudeCodeSettings::default()
    }
}

/// A machine with Claude Code on it.
struct Desk {
    machine: Machine,
    api: Server,
}

impl Desk {
    fn new(turns: impl IntoIterator<Item = aegis_peers::messages::Turn>) -> Self {
        Self { machine: Machine::new(), api: Server::start(turns) }
    }

    fn home(&self) -> PathBuf {
        self.machine.home()
    }

    fn env(&self) -> BaseEnv {
        let path = std::env::var("PATH").unwrap();
        allow_listed([("PATH", path), ("HOME", text(self.home()))])
    }

    fn executor(&self) -> Arc<dyn Executor> {
        self.executor_with(self.env(), parts(Some(self.api.url())))
    }

    fn executor_with(&self, env: BaseEnv, parts: ClaudeCodeParts) -> Arc<dyn Executor> {
        self.executor_kept_by(self.machine.sandboxes(), env, parts)
    }

    fn executor_kept_by(
        &self,
        sandboxes: Sandboxes,
        env: BaseEnv,
        parts: ClaudeCodeParts,
    ) -> Arc<dyn Executor> {
        let roots = Arc::new(HomeOnly(self.home()));
        let clock = Arc::new(WallClock);
        Arc::new(ClaudeCodeExecutor::new(helper(), env, roots, sandboxes, clock, parts))
    }

    fn start(&self, settings: ClaudeCodeSettings) -> Live {
        self.start_job(shell_job(settings.into_spec()))
    }

    fn start_job(&self, job: Job) -> Live {
        Live::start(self.executor(), job, Handle::new())
    }
}

/// What a run said that it used, last.
fn usage(run: &Live) -> Usage {
    let reports = run.handle.reports();
    let used = reports.iter().rev().find_map(|report| match report {
        Report::Usage(usage) => Some(*usage),
        _ => None,
    });
    used.expect("a report of usage")
}

/// The sessions that a run named.
fn sessions(run: &Live) -> Vec<String> {
    let reports = run.handle.reports();
    let named = reports.iter().filter_map(|report| match report {
        Report::Session(session) => Some(session.clone()),
        _ => None,
    });
    named.collect()
}

/// What the log shows of a session.
fn printed(run: &Live) -> String {
    run.handle.log().text(LogStream::Stdout)
}

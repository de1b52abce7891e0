//! A machine with a home directory that may be worked in, and a place that may not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::{ExecutorSpec, SandboxPolicy, ShellSettings};
use aegis_executors::{BaseEnv, Sandboxes, ShellExecutor, allow_listed};
use aegis_ports::{AllowedRoots, Executor, Job};
use tempfile::TempDir;

use tokio::sync::watch;

use crate::engine::{Handle, LIMIT, Live, helper, job};
use aegis_doubles::WallClock;

pub struct Machine {
    dir: Arc<TempDir>,
    real: PathBuf,
}

impl Machine {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(dir.path()).unwrap();
        for folder in ["home", "elsewhere"] {
            fs::create_dir(real.join(folder)).unwrap();
        }
        Self { dir: Arc::new(dir), real }
    }

    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// A path on this machine.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.real.join(name)
    }

    pub fn executor(&self) -> Arc<dyn Executor> {
        self.executor_with(base_env())
    }

    pub fn executor_with(&self, env: BaseEnv) -> Arc<dyn Executor> {
        let (roots, clock) = (Arc::new(HomeOnly(self.home())), Arc::new(WallClock));
        let limit = watch::channel(LIMIT).1;
        Arc::new(ShellExecutor::new(helper(), env, roots, self.sandboxes(), clock, limit))
    }

    /// As a user has them who has set nothing.
    pub fn sandboxes(&self) -> Sandboxes {
        let policy = watch::channel(SandboxPolicy::default()).1;
        Sandboxes::new(policy, Arc::new(HomeOnly(self.home())), vec![self.path("aegis")])
    }

    /// An executor whose runs are kept apart in this way.
    pub fn executor_kept_by(&self, sandboxes: Sandboxes) -> Arc<dyn Executor> {
        let (roots, clock) = (Arc::new(HomeOnly(self.home())), Arc::new(WallClock));
        let limit = watch::channel(LIMIT).1;
        Arc::new(ShellExecutor::new(helper(), base_env(), roots, sandboxes, clock, limit))
    }

    /// Starts a command here.
    pub fn start(&self, settings: ShellSettings) -> Live {
        self.start_with(settings, Handle::new())
    }

    pub fn start_with(&self, settings: ShellSettings, handle: Handle) -> Live {
        self.start_job(shell_job(settings.into_spec()), handle)
    }

    /// Starts a command that has a time limit.
    pub fn start_within(&self, limit: Duration, settings: ShellSettings) -> Live {
        let job = Job { timeout: limit, ..shell_job(settings.into_spec()) };
        self.start_job(job, Handle::new())
    }

    /// The machine stays for as long as the run is looked at.
    pub fn start_job(&self, job: Job, handle: Handle) -> Live {
        Live::start(self.executor(), job, handle).keeping(Arc::clone(&self.dir))
    }
}

/// An attempt that is due at no instant that matters.
pub fn shell_job(spec: ExecutorSpec) -> Job {
    job(spec, "2026-11-21T08:00:00Z".parse().unwrap())
}

/// Only what it takes to find programs.
pub fn base_env() -> BaseEnv {
    allow_listed([("PATH", std::env::var("PATH").unwrap())])
}

/// A home directory that alone may be worked in.
pub struct HomeOnly(pub PathBuf);

impl AllowedRoots for HomeOnly {
    fn allowed_roots(&self) -> Vec<PathBuf> {
        vec![self.0.clone()]
    }

    fn home(&self) -> PathBuf {
        self.0.clone()
    }
}

//! The `claude_code` executor: a session of Claude Code, without a terminal.
//!
//! ```text
//! task ─► settings, prompt ─► claude -p ── stream of messages ─► account ─► evidence ─► outcome
//!                               │                                   │
//!                               └─ hook ─► gate ─► may it?          └─► log, usage, progress
//! ```
//! The program runs below a helper like any other. What it writes is read as it comes, and is
//! nobody's word: how a run ended follows from several things that have to agree (`evidence`).

mod account;
mod args;
mod binary;
mod confinement;
mod conversation;
mod door;
mod evidence;
mod failure;
mod gate;
mod prices;
mod prompt;
mod session;
mod settings;
mod shown;
mod socket;
mod stream;
mod tap;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::fair::Load;
use aegis_domain::{
    ClaudeCodeSettings, ErrorCategory, ExecutorName, ExecutorSpec, Failure, Glob, Invalid, Outcome,
    Pause, SandboxProfile, Usd,
};
use aegis_ports::{AllowedRoots, Clock, Ended, Executor, Job, Left, RunHandle, ToolHost};
use async_trait::async_trait;
use tokio::task::spawn_blocking;

use crate::sandbox::{self, Ground, Prepared, Sandboxes};
use crate::shell::{Answer, BaseEnv, about, no_folder};
use crate::{HelperPath, cwd, early};

/// How long Claude Code waits for a server of tools: as long as its run may take.
const TOOL_TIMEOUT_MS: &str = "86400000";
/// How often Claude Code asks the service again before it gives up. Longer waits are the engine's:
/// they hold no place among the runs.
const RETRIES: &str = "3";
/// Most bytes of a variable about the task.
const MAX_VARIABLE: usize = 100 * 1024;

/// Gives the key for the Messages API, if there is one.
pub type ApiKey =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send + Sync>;
/// Gives what the settings say at the moment.
pub type Said<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// What the executor for Claude Code needs from outside; asked anew for each run.
#[derive(Clone)]
pub struct ClaudeCodeParts {
    /// Where the program is, if the settings say so.
    pub path: Said<Option<PathBuf>>,
    /// Where the Messages API is, if it is not where it usually is.
    pub base_url: Said<Option<String>>,
    /// The time limit of a session whose task names none.
    pub time_limit: Said<Duration>,
    /// The key for the Messages API; without one, Claude Code uses the login of its user.
    pub key: Option<ApiKey>,
    /// Who decides what tools may be used for, and remembers it; without one, the rules of the user
    /// of Claude Code count.
    pub tools: Option<Arc<dyn ToolHost>>,
}

/// Runs sessions of Claude Code.
pub struct ClaudeCodeExecutor {
    helper: HelperPath,
    base_env: BaseEnv,
    roots: Arc<dyn AllowedRoots>,
    clock: Arc<dyn Clock>,
    sandboxes: Sandboxes,
    binary: Arc<binary::Binary>,
    parts: ClaudeCodeParts,
}

/// A session that is about to start.
struct Ready {
    settings: ClaudeCodeSettings,
    model: Option<String>,
    cwd: PathBuf,
    folders: Vec<PathBuf>,
    program: PathBuf,
    env: Vec<(String, String)>,
}

impl ClaudeCodeExecutor {
    /// An executor whose sessions run below `helper`, see `base_env`, and work in `roots`.
    #[must_use]
    pub fn new(
        helper: HelperPath,
        base_env: BaseEnv,
        roots: Arc<dyn AllowedRoots>,
        sandboxes: Sandboxes,
        clock: Arc<dyn Clock>,
        parts: ClaudeCodeParts,
    ) -> Self {
        let binary = Arc::new(binary::Binary::new(Arc::clone(&parts.path)));
        Self { helper, base_env, roots, sandboxes, clock, binary, parts }
    }

    /// Everything that can be wrong before something starts.
    async fn prepare(&self, job: &Job) -> Result<Ready, Failure> {
        let invalid = |Invalid { message, hint, .. }: Invalid| {
            Failure::new(ErrorCategory::SyntaxError, message).with_hint(hint)
        };
        let settings = settings::read(&job.settings).map_err(invalid)?;
        if job.budget == Some(Usd::default()) {
            return Err(failure::no_budget());
        }
        let model = settings.model.clone().or_else(|| job.task.definition.model.clone());
        settings::check_model(model.as_deref()).map_err(invalid)?;
        let wanted = (settings.cwd.clone(), settings.add_dirs.clone());
        let (cwd, folders) = cwd::of_run(wanted.0, wanted.1, Arc::clone(&self.roots)).await?;
        let env = self.environment(job).await;
        let home = self.roots.home();
        let program = self.binary.usable(&self.helper, &env, &home, job.run).await?;
        Ok(Ready { settings, model, cwd, folders, program, env })
    }

    /// The sandbox of a session, if it is to have one, and whether nothing in it can reach anybody.
    async fn confine(
        &self,
        ready: &Ready,
        scratch: &Path,
    ) -> Result<(Option<Prepared>, bool), Failure> {
        let denied = |Invalid { message, hint, .. }: Invalid| {
            Failure::new(ErrorCategory::SandboxDenied, message).with_hint(hint)
        };
        let settings = &ready.settings;
        let profile = self.sandboxes.profile(settings.sandbox.as_ref()).map_err(denied)?;
        let base_url = (self.parts.base_url)();
        let sandbox = confinement::settings(settings, profile, base_url.as_deref());
        let ground = if profile == SandboxProfile::None {
            Ground { cwd: ready.cwd.clone(), scratch: scratch.to_owned(), ..Ground::default() }
        } else {
            let (cwd, scratch) = (ready.cwd.clone(), scratch.to_owned());
            let (home, program) = (self.roots.home(), ready.program.clone());
            let (helper, asks) = (self.helper.clone(), self.parts.tools.is_some());
            let ground = spawn_blocking(move || {
                confinement::ground(confinement::Needs {
                    cwd: &cwd,
                    scratch: &scratch,
                    home: &home,
                    program: &program,
                    helper: helper.as_path(),
                    sockets: if asks { session::sockets(&scratch) } else { Vec::new() },
                })
            });
            let ground = ground.await.unwrap_or_else(|error| Err(io::Error::other(error)));
            ground.map_err(|error| no_folder(&error))?
        };
        let prepared = self.sandboxes.confine(sandbox, ground).await?;
        let sealed = prepared.is_some() && confinement::is_sealed(settings, profile);
        Ok((prepared, sealed))
    }

    /// The whole environment of a session: the allow-list, what is said about the task, and what
    /// makes Claude Code keep to itself.
    async fn environment(&self, job: &Job) -> Vec<(String, String)> {
        let mut own: BTreeMap<String, String> = [
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            ("DISABLE_AUTOUPDATER", "1"),
            ("CLAUDE_CODE_MAX_RETRIES", RETRIES),
            ("MCP_TOOL_TIMEOUT", TOOL_TIMEOUT_MS),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        if let Some(url) = (self.parts.base_url)() {
            own.insert("ANTHROPIC_BASE_URL".to_owned(), url);
        }
        if let Some(key) = &self.parts.key
            && let Some(key) = key().await
        {
            own.insert("ANTHROPIC_API_KEY".to_owned(), key);
        }
        // What came before stands in the prompt, too; one variable takes 128 KiB at most.
        let about = about(job).into_iter().filter(|(_, value)| value.len() < MAX_VARIABLE);
        self.base_env.with(own, about.collect())
    }
}

#[async_trait]
impl Executor for ClaudeCodeExecutor {
    fn name(&self) -> ExecutorName {
        ExecutorName::new(ClaudeCodeSettings::EXECUTOR)
    }

    /// It can be stopped where it is; and it can go on with its session at any time.
    fn pauses(&self, _settings: &ExecutorSpec) -> Vec<Pause> {
        vec![Pause::Frozen, Pause::Checkpoint]
    }

    fn load(&self) -> Load {
        Load::Ai
    }

    fn provider(&self, _model: Option<&str>) -> Option<String> {
        Some("anthropic".to_owned())
    }

    fn default_timeout(&self) -> Duration {
        (self.parts.time_limit)()
    }

    /// A Claude Code that is not there is not refused: it may be installed by the time it runs.
    fn check(&self, settings: &ExecutorSpec) -> Result<(), Invalid> {
        let settings = settings::read(settings)?;
        let cwd = cwd::resolve(settings.cwd.as_deref(), &*self.roots)?;
        for folder in &settings.add_dirs {
            cwd::resolve(Some(folder), &*self.roots)
                .map_err(|error| Invalid { field: "add_dirs".into(), ..Invalid::from(error) })?;
        }
        let profile = self.sandboxes.profile(settings.sandbox.as_ref())?;
        let base_url = (self.parts.base_url)();
        let sandbox = confinement::settings(&settings, profile, base_url.as_deref());
        self.sandboxes.check(sandbox.as_ref(), &cwd)
    }

    fn place(&self, settings: &ExecutorSpec) -> Option<String> {
        let settings = settings::read(settings).ok()?;
        Some(cwd::place(settings.cwd.as_deref(), &*self.roots))
    }

    fn folder(&self, settings: &ExecutorSpec) -> Option<String> {
        let settings = settings::read(settings).ok()?;
        cwd::folder(settings.cwd.as_deref(), &*self.roots)
    }

    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        let mut ready = match self.prepare(&job).await {
            Ok(ready) => ready,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let answer = match Answer::prepare(&job.scratch) {
            Ok(answer) => answer,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let (prepared, sealed) = match self.confine(&ready, answer.folder()).await {
            Ok(confined) => confined,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let log = handle.log();
        if let Some(prepared) = &prepared {
            prepared.note(&*log);
            ready.env.extend(prepared.variables());
        }
        let workspace = ready.cwd.to_str();
        let tools = self.parts.tools.as_ref();
        let tools = tools.map(|host| host.open(&job, workspace, sealed, Arc::clone(&handle)));
        let session = session::Session {
            helper: &self.helper,
            clock: &self.clock,
            job: &job,
            ready: &ready,
            handle: &handle,
            answer: &answer,
            tools,
            sandbox: prepared.as_ref().map(|prepared| Box::new(prepared.sandbox.clone())),
        };
        let ended = sandbox::serving(prepared, handle.log(), session.run()).await;
        if ready.settings.raw_log {
            handle.keep(&job.scratch, Left::File(session::RAW.into())).await;
        }
        if job.scratch.join(tap::SCREENSHOTS).is_dir()
            && let Ok(all) = Glob::new(&format!("{}/*", tap::SCREENSHOTS))
        {
            handle.keep(&job.scratch, Left::Matching(vec![all])).await;
        }
        let patterns = &job.task.definition.artifacts;
        if !patterns.is_empty() && ended.outcome != Outcome::Interrupted {
            handle.keep(&ready.cwd, Left::Matching(patterns.clone())).await;
        }
        ended
    }
}

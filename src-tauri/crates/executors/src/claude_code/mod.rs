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
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::fair::Load;
use aegis_domain::{
    ClaudeCodeSettings, ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, Outcome,
    Pause, Usd,
};
use aegis_ports::{AllowedRoots, Clock, Ended, Executor, Job, Left, RunHandle, ToolHost};
use async_trait::async_trait;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::sandbox::Sandboxes;
use crate::shell::{Answer, BaseEnv, about, cwd};
use crate::{HelperPath, early, words};

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
        let (roots, wanted) = (Arc::clone(&self.roots), settings.clone());
        // A folder on a network that is gone may take its time to say so.
        let resolved = spawn_blocking(move || {
            let cwd = cwd::resolve(wanted.cwd.as_deref(), &*roots)?;
            let folders = wanted.add_dirs.iter().map(|dir| cwd::resolve(Some(dir), &*roots));
            Ok::<_, Failure>((cwd, folders.collect::<Result<Vec<_>, _>>()?))
        });
        let (cwd, folders) = resolved.await.map_err(|error| {
            let message = format!("The working directory could not be looked at: {error}.");
            Failure::new(ErrorCategory::Internal, message)
        })??;
        let env = self.environment(job).await;
        let home = self.roots.home();
        let program = self.binary.usable(&self.helper, &env, &home, job.run).await?;
        Ok(Ready { settings, model, cwd, folders, program, env })
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
        let sandbox = confinement::settings(&settings, (self.parts.base_url)().as_deref());
        self.sandboxes.check(sandbox.as_ref(), &cwd)
    }

    fn place(&self, settings: &ExecutorSpec) -> Option<String> {
        let settings = settings::read(settings).ok()?;
        Some(words::quoted(&cwd::shown(settings.cwd.as_deref(), &self.roots.home())))
    }

    fn folder(&self, settings: &ExecutorSpec) -> Option<String> {
        let settings = settings::read(settings).ok()?;
        let folder = cwd::resolve(settings.cwd.as_deref(), &*self.roots).ok()?;
        Some(folder.display().to_string())
    }

    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        let ready = match self.prepare(&job).await {
            Ok(ready) => ready,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let answer = match Answer::prepare(&job.scratch) {
            Ok(answer) => answer,
            Err(error) => return early::fail(&*handle, session::unprepared(&error)).await,
        };
        let base_url = (self.parts.base_url)();
        let sandbox = confinement::settings(&ready.settings, base_url.as_deref());
        let ground = confinement::ground(&ready.cwd, answer.folder(), &self.roots.home());
        let prepared = match self.sandboxes.confine(sandbox, ground).await {
            Ok(prepared) => prepared,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let log = handle.log();
        if let Some(prepared) = &prepared {
            prepared.note(&*log);
        }
        let sealed = prepared.is_some() && confinement::is_sealed(&ready.settings);
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
        let (served, no_more) = oneshot::channel();
        let work = async {
            let ended = session.run().await;
            drop(served);
            ended
        };
        let serve = async {
            if let Some(prepared) = prepared {
                prepared.serve(no_more, handle.log()).await;
            }
        };
        let (ended, ()) = tokio::join!(work, serve);
        if ready.settings.raw_log {
            handle.keep(&job.scratch, Left::File(session::RAW.into())).await;
        }
        let patterns = &job.task.definition.artifacts;
        if !patterns.is_empty() && ended.outcome != Outcome::Interrupted {
            handle.keep(&ready.cwd, Left::Matching(patterns.clone())).await;
        }
        ended
    }
}

//! The `shell` executor: one program, started without a shell.

mod answer;
mod cwd;
mod environment;
mod settings;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use aegis_domain::{
    ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, Pause, ShellSettings,
};
use aegis_helper::Spec;
use aegis_ports::{AllowedRoots, Ended, Executor, Job, RunHandle};
use async_trait::async_trait;
use serde_json::Value;
use tokio::task::spawn_blocking;

pub use self::environment::{BaseEnv, allow_listed};
use crate::{HelperPath, early, process, words};

/// The time limit of a command whose task names none.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Runs programs, in allowed folders, with an environment that is an allow-list.
pub struct ShellExecutor {
    helper: HelperPath,
    base_env: BaseEnv,
    roots: Arc<dyn AllowedRoots>,
}

impl ShellExecutor {
    /// An executor whose programs run below `helper`, see `base_env`, and work in `roots`.
    #[must_use]
    pub fn new(helper: HelperPath, base_env: BaseEnv, roots: Arc<dyn AllowedRoots>) -> Self {
        Self { helper, base_env, roots }
    }

    /// What to start, checked again: since the task was made, folders may have gone, links may lead
    /// elsewhere, and other folders may be allowed.
    async fn prepare(&self, job: &Job) -> Result<Spec, Failure> {
        let settings =
            settings::read(&job.settings).map_err(|Invalid { message, hint, .. }| {
                Failure::new(ErrorCategory::SyntaxError, message).with_hint(hint)
            })?;
        let ShellSettings { command, cwd, env, stdin } = settings;
        let roots = Arc::clone(&self.roots);
        // A folder on a network that is gone may take its time to say so.
        let resolved = spawn_blocking(move || cwd::resolve(cwd.as_deref(), &*roots)).await;
        let cwd = resolved.map_err(|error| {
            let message = format!("The working directory could not be looked at: {error}.");
            Failure::new(ErrorCategory::Internal, message)
        })??;
        let mut words = command.into_iter();
        Ok(Spec {
            program: words.next().unwrap_or_default(),
            args: words.collect(),
            env: self.base_env.with(env, about(job)),
            cwd,
            stdin,
            timeout_ms: Some(u64::try_from(job.timeout.as_millis()).unwrap_or(u64::MAX)),
            grace_ms: u64::try_from(Spec::DEFAULT_GRACE.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// What a program finds in its environment about its task.
fn about(job: &Job) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let mut about = vec![
        ("AEGIS_TASK".to_owned(), job.task.number.to_string()),
        ("AEGIS_DUE".to_owned(), job.due.to_rfc3339()),
    ];
    if !job.previous.is_null() {
        about.push(("AEGIS_PREVIOUS".to_owned(), text(&job.previous)));
    }
    if job.upstream.as_object().is_some_and(|upstream| !upstream.is_empty()) {
        about.push(("AEGIS_UPSTREAM".to_owned(), text(&job.upstream)));
    }
    let parameters = job.values.iter();
    about.extend(
        parameters.map(|(name, value)| {
            (format!("AEGIS_PARAM_{}", name.to_ascii_uppercase()), text(value))
        }),
    );
    // A variable cannot hold a NUL.
    about.iter_mut().for_each(|(_, value)| value.retain(|c| c != '\0'));
    about
}

#[async_trait]
impl Executor for ShellExecutor {
    fn name(&self) -> ExecutorName {
        ExecutorName::new(ShellSettings::EXECUTOR)
    }

    fn pause(&self) -> Option<Pause> {
        Some(Pause::Frozen)
    }

    fn default_timeout(&self) -> Duration {
        DEFAULT_TIMEOUT
    }

    /// A program that is in no folder of PATH is not refused: it may be installed by the time it
    /// runs.
    fn check(&self, settings: &ExecutorSpec) -> Result<(), Invalid> {
        let settings = settings::read(settings)?;
        cwd::resolve(settings.cwd.as_deref(), &*self.roots)?;
        Ok(())
    }

    fn place(&self, settings: &ExecutorSpec) -> Option<String> {
        let settings = settings::read(settings).ok()?;
        Some(words::quoted(&cwd::shown(settings.cwd.as_deref(), &self.roots.home())))
    }

    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        let mut spec = match self.prepare(&job).await {
            Ok(spec) => spec,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let answer = match answer::Answer::prepare(&job.scratch) {
            Ok(answer) => answer,
            Err(error) => {
                let message = format!("The run could not have a folder of its own: {error}.");
                let failure = Failure::new(ErrorCategory::Internal, message);
                return early::fail(&*handle, failure).await;
            }
        };
        let file = answer.file().to_string_lossy().into_owned();
        spec.env.push((answer::VARIABLE.to_owned(), file));
        let tried = verdict::Tried {
            program: spec.program.clone(),
            path: spec.env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone()),
            limit: job.timeout,
        };
        match process::run(&self.helper, spec, job.run, &*handle).await {
            Ok(end) => Ended { result: answer.read(&*handle.log()), ..tried.verdict(end) },
            Err(error) => Ended::failed(error.into()),
        }
    }
}

//! The `shell` executor: one program, started without a shell, or a script that one runs.

mod answer;
mod environment;
mod keys;
mod login;
mod report;
mod settings;
mod verdict;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::{
    ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, Pause, SandboxSettings,
    ShellSettings,
};
use aegis_helper::Spec;
use aegis_ports::{AllowedRoots, Clock, Ended, Executor, Job, Left, LogSink, RunHandle, Secrets};
use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::{OnceCell, oneshot, watch};

pub(crate) use self::answer::{Answer, VARIABLE as RESULT_VARIABLE, no_folder};
pub use self::environment::{BaseEnv, allow_listed};
pub(crate) use self::verdict::called_off;
use crate::sandbox::{self, Ground, Sandboxes};
use crate::{HelperPath, cwd, early, process, words};

/// What a program is told of its terminal.
const TERMINAL: &str = "xterm-256color";

/// Runs programs, in allowed folders, with an environment that is an allow-list.
pub struct ShellExecutor {
    helper: HelperPath,
    base_env: BaseEnv,
    roots: Arc<dyn AllowedRoots>,
    sandboxes: Sandboxes,
    clock: Arc<dyn Clock>,
    time_limit: watch::Receiver<Duration>,
    secrets: Option<Arc<dyn Secrets>>,
    login: Option<OnceCell<Login>>,
}

/// What came of asking the login shell.
struct Login {
    env: BaseEnv,
    /// Why it was no use.
    trouble: Option<String>,
}

impl ShellExecutor {
    /// An executor whose programs run below `helper`, see `base_env`, work in `roots` and are kept
    /// apart by `sandboxes`; one whose task names no time limit has `time_limit`.
    #[must_use]
    pub fn new(
        helper: HelperPath,
        base_env: BaseEnv,
        roots: Arc<dyn AllowedRoots>,
        sandboxes: Sandboxes,
        clock: Arc<dyn Clock>,
        time_limit: watch::Receiver<Duration>,
    ) -> Self {
        let (secrets, login) = (None, None);
        Self { helper, base_env, roots, sandboxes, clock, time_limit, secrets, login }
    }

    /// The same with a place where its tasks' keys are.
    #[must_use]
    pub fn with_secrets(self, secrets: Arc<dyn Secrets>) -> Self {
        Self { secrets: Some(secrets), ..self }
    }

    /// The same, whose programs see what the user's login shell sets.
    #[must_use]
    pub fn with_login_environment(self) -> Self {
        Self { login: Some(OnceCell::new()), ..self }
    }

    /// Asks the login shell, if that is wanted and was not done yet: the first run need not wait.
    pub async fn get_ready(&self) {
        self.base_env().await;
    }

    /// What every program sees, and what is to be said of it.
    async fn base_env(&self) -> (&BaseEnv, Option<&str>) {
        let Some(login) = &self.login else { return (&self.base_env, None) };
        let login = login.get_or_init(|| async {
            let (env, trouble) = match login::environment(&self.helper, &self.base_env).await {
                Ok(env) => (env, None),
                Err(why) => {
                    tracing::warn!(why, "the login shell's environment could not be had");
                    (self.base_env.clone(), Some(why))
                }
            };
            Login { env, trouble }
        });
        let login = login.await;
        (&login.env, login.trouble.as_deref())
    }

    /// What to start, checked again: since the task was made, folders may have gone, links may lead
    /// elsewhere, and other folders may be allowed.
    async fn prepare(
        &self,
        job: &Job,
        log: &dyn LogSink,
    ) -> Result<(Spec, Vec<process::Answer>, Option<SandboxSettings>), Failure> {
        let settings =
            settings::read(&job.settings).map_err(|Invalid { message, hint, .. }| {
                Failure::new(ErrorCategory::SyntaxError, message).with_hint(hint)
            })?;
        let keys = keys::read(self.secrets.as_deref(), &settings).await?;
        let ShellSettings { cwd, mut env, stdin, pty, sandbox, .. } = settings;
        env.extend(keys.variables);
        if pty {
            env.entry("TERM".to_owned()).or_insert_with(|| TERMINAL.to_owned());
        }
        let command = match settings.script {
            Some(script) => {
                let shell = settings.shell.unwrap_or_else(|| ShellSettings::SHELL.to_owned());
                vec![shell, "-c".to_owned(), script]
            }
            None => settings.command,
        };
        let (cwd, _) = cwd::of_run(cwd, Vec::new(), Arc::clone(&self.roots)).await?;
        let (base_env, trouble) = self.base_env().await;
        if let Some(why) = trouble {
            log.note(&format!(
                "Your login shell's environment could not be had: {}. Programs are looked for \
                 where Aegis itself finds them.",
                words::quoted(why)
            ));
        }
        let mut words = command.into_iter();
        let spec = Spec {
            program: words.next().unwrap_or_default(),
            args: words.collect(),
            env: base_env.with(env, about(job)),
            cwd,
            stdin,
            timeout_ms: Some(u64::try_from(job.timeout.as_millis()).unwrap_or(u64::MAX)),
            grace_ms: u64::try_from(Spec::DEFAULT_GRACE.as_millis()).unwrap_or(u64::MAX),
            pty,
            sandbox: None,
        };
        Ok((spec, keys.answers, sandbox))
    }
}

/// What a program finds in its environment about its task.
pub(crate) fn about(job: &Job) -> Vec<(String, String)> {
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

    /// Every program can be stopped where it is. One that makes checkpoints may rather end.
    fn pauses(&self, settings: &ExecutorSpec) -> Vec<Pause> {
        match settings::read(settings).ok().and_then(|settings| settings.pause) {
            Some(Pause::Checkpoint) => vec![Pause::Checkpoint, Pause::Frozen],
            _ => vec![Pause::Frozen],
        }
    }

    fn default_timeout(&self) -> Duration {
        *self.time_limit.borrow()
    }

    /// A program that is in no folder of PATH is not refused: it may be installed by the time it
    /// runs.
    fn check(&self, settings: &ExecutorSpec) -> Result<(), Invalid> {
        let settings = settings::read(settings)?;
        let cwd = cwd::resolve(settings.cwd.as_deref(), &*self.roots)?;
        self.sandboxes.check(settings.sandbox.as_ref(), &cwd)
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
        let (mut spec, answers, asked) = match self.prepare(&job, &*handle.log()).await {
            Ok(prepared) => prepared,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let answer = match answer::Answer::prepare(&job.scratch) {
            Ok(answer) => answer,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let (cwd, scratch) = (spec.cwd.clone(), answer.folder().to_owned());
        let ground = Ground { cwd, scratch, ..Ground::default() };
        let prepared = match self.sandboxes.confine(asked, ground).await {
            Ok(prepared) => prepared,
            Err(failure) => return early::fail(&*handle, failure).await,
        };
        let log = handle.log();
        if let Some(prepared) = &prepared {
            prepared.note(&*log);
            spec.sandbox = Some(Box::new(prepared.sandbox.clone()));
            spec.env.extend(prepared.variables());
        }
        tell(&mut spec, &job, &answer, &*log);
        let channel = report::Channel::open(answer.folder());
        match &channel {
            Ok(channel) => spec.env.push(variable(report::VARIABLE, channel.path())),
            Err(error) => log.note(&format!("It cannot report its progress: {error}.")),
        }
        let tried = verdict::Tried {
            program: spec.program.clone(),
            path: spec.env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone()),
            limit: job.timeout,
        };
        let folder = spec.cwd.clone();
        let (at_work, ended) = oneshot::channel();
        let work = async {
            let end = process::run(&self.helper, spec, answers, job.run, &*handle).await;
            drop(at_work);
            end
        };
        let listen = async {
            if let Ok(channel) = channel {
                let (handle, clock) = (Arc::clone(&handle), Arc::clone(&self.clock));
                let listener = report::Listener::new(handle, clock, folder.clone());
                channel.follow(ended, listener).await;
            }
        };
        let work = sandbox::serving(prepared, handle.log(), work);
        let (end, ()) = tokio::join!(work, listen);
        let patterns = &job.task.definition.artifacts;
        if !patterns.is_empty() && end.as_ref().is_ok_and(process::End::leaves_files) {
            handle.keep(&folder, Left::Matching(patterns.clone())).await;
        }
        match end {
            Ok(end) => Ended { result: answer.read(&*log), ..tried.verdict(end) },
            Err(error) => Ended::failed(error.into()),
        }
    }
}

/// Says in the program's environment where it can answer, and where it can go on.
fn tell(spec: &mut Spec, job: &Job, answer: &answer::Answer, log: &dyn LogSink) {
    spec.env.push(variable(answer::VARIABLE, &answer.file()));
    let Some(checkpoint) = &job.checkpoint else { return };
    match answer.put(checkpoint) {
        Ok(file) => {
            spec.env.push(variable(answer::CHECKPOINT, &file));
            spec.env.push((answer::CHECKPOINT_LABEL.to_owned(), checkpoint.label.clone()));
        }
        Err(error) => log.note(&format!("It begins anew, without its checkpoint: {error}.")),
    }
}

fn variable(name: &str, path: &Path) -> (String, String) {
    (name.to_owned(), path.to_string_lossy().into_owned())
}

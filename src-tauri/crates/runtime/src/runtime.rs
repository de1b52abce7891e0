//! An engine in this process, and everything around it.

use crate::lock::Lock;
use crate::settings::read_again_on_change;
use crate::tools;
use crate::{
    DesktopNotifier, DeviceSpeaker, FileFingerprints, HttpKeyCheck, Keychain, MachinePressure,
    Paths, Settings, SystemClock,
};
use aegis_api::{Api, ApiParts, Service, StartError, start_error};
use aegis_domain::{Actor, KeyName};
use aegis_engine::{Artifacts, Engine, EngineParts};
use aegis_executors::{BuiltinParts, ClaudeCodeParts, HelperPath, allow_listed, builtin};
use aegis_ports::{Clock, Notifier, Secrets, Speaker, ToolHost};
use aegis_protocol::{ApiError, EngineHost, ErrorKind};
use aegis_server::{Limits, Listener, serve};
use aegis_store::{Store, StoreOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{error, info, warn};

/// For runs to end by themselves, once they were asked to: SIGINT, 2 s, SIGTERM, 2 s, SIGKILL.
const GRACE: Duration = Duration::from_secs(6);
/// For the keychain, before the engine starts without it.
const LEARNING: Duration = Duration::from_secs(3);
/// The key that sessions of Claude Code are given.
const ANTHROPIC: &str = "anthropic";
/// For everything to end.
const LIMIT: Duration = Duration::from_secs(10);

/// An engine in this process, which holds the lock until [`Runtime::shutdown`].
pub struct Runtime {
    api: Arc<Api>,
    engine: Arc<Engine>,
    actor: Actor,
    stop: CancellationToken,
    server: Option<Server>,
    lock: Lock,
    /// Ends the look at the settings' file with it.
    _watching: DropGuard,
}

/// Who listens for clients.
struct Server {
    closing: CancellationToken,
    task: JoinHandle<()>,
}

/// What an engine is started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To work, and to listen for clients.
    Work,
    /// To commit or to read something. Nothing is started, and nobody is listened to.
    OneCommand,
}

/// What an engine is started with.
pub(crate) struct Wanted {
    pub(crate) host: EngineHost,
    pub(crate) purpose: Purpose,
    pub(crate) notifier: Arc<dyn Notifier>,
}

impl Wanted {
    /// An engine that works. Without a notifier, notifications go to the desktop's own service.
    pub(crate) fn to_work(host: EngineHost, notifier: Option<Arc<dyn Notifier>>) -> Self {
        let notifier = notifier.unwrap_or_else(|| Arc::new(DesktopNotifier::default()));
        Self { host, purpose: Purpose::Work, notifier }
    }

    /// An engine for one command.
    pub(crate) fn for_one_command() -> Self {
        let purpose = Purpose::OneCommand;
        Self { purpose, ..Self::to_work(EngineHost::Command, None) }
    }
}

/// Starts an engine in this process: it works, and listens for clients. Without a notifier,
/// notifications go to the desktop's own service.
///
/// # Errors
/// Another Aegis holds the data directory; it, or the database, cannot be used; the settings are
/// broken; a part of Aegis is missing.
pub async fn start(
    paths: &Paths,
    host: EngineHost,
    notifier: Option<Arc<dyn Notifier>>,
) -> Result<Runtime, ApiError> {
    begin(paths, Wanted::to_work(host, notifier), HelperPath::beside_current_exe).await
}

/// Takes the lock, then starts what is wanted.
pub(crate) async fn begin<E: std::error::Error>(
    paths: &Paths,
    wanted: Wanted,
    helper: impl FnOnce() -> Result<HelperPath, E>,
) -> Result<Runtime, ApiError> {
    paths.prepare()?;
    let lock = Lock::take(&paths.lock())?;
    let (host, purpose) = (wanted.host, wanted.purpose);
    let result = match helper() {
        Ok(helper) => Running::begin(paths, wanted, helper).await,
        Err(missing) => Err(incomplete(&missing)),
    };
    match result {
        Ok(running) => {
            info!(?host, ?purpose, data = %paths.data().display(), "Aegis runs");
            Ok(running.with(lock, host))
        }
        Err(error) => {
            lock.release();
            Err(error)
        }
    }
}

/// What runs under the lock.
struct Running {
    api: Arc<Api>,
    engine: Arc<Engine>,
    stop: CancellationToken,
    server: Option<Server>,
    watching: DropGuard,
}

impl Running {
    async fn begin(paths: &Paths, wanted: Wanted, helper: HelperPath) -> Result<Self, ApiError> {
        let Wanted { host, purpose, notifier } = wanted;
        let settings = Arc::new(Settings::open(paths)?);
        let watched = Arc::clone(&settings);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let zone = crate::user_zone();
        let secrets: Arc<dyn Secrets> = Arc::new(Keychain::of_session());
        // What works knows every key before anything is written. One command learns them when it
        // is told something.
        let learn = async {
            if purpose == Purpose::Work && timeout(LEARNING, secrets.learn()).await.is_err() {
                warn!("the keychain is slow: keys are not known until they are used");
            }
        };
        let (store, ()) = tokio::join!(open_store(paths), learn);
        let store = store?;
        // From here on clients may come; they are answered once the engine works.
        let listener = match purpose {
            Purpose::Work => Some(Listener::bind(&paths.socket()).map_err(|e| unheard(&e))?),
            Purpose::OneCommand => None,
        };
        let speaker: Arc<dyn Speaker> = Arc::new(DeviceSpeaker::new(settings.clone()));
        let commands = Arc::new(tools::Later::default());
        let tools = tools::host(commands.clone(), notifier.clone(), speaker.clone(), clock.clone());
        let executors = builtin(BuiltinParts {
            helper,
            base_env: allow_listed(std::env::vars_os()),
            login_environment: purpose == Purpose::Work && settings.login_environment(),
            roots: settings.clone(),
            secrets: secrets.clone(),
            notifier: notifier.clone(),
            speaker,
            clock: clock.clone(),
            command_limit: settings.command_limit(),
            sandbox: settings.sandbox(),
            own_folders: paths.own_folders(),
            claude_code: claude_code(&settings, &secrets, tools),
            zone,
        });
        let questions = Arc::clone(&notifier);
        let parts = EngineParts {
            store,
            executors,
            clock: clock.clone(),
            notifier,
            policy: settings.policy(),
            terms: settings.terms(),
            pressure: Arc::new(MachinePressure::default()),
            fingerprints: Arc::new(FileFingerprints::new(settings.clone())),
            artifacts: Artifacts::new(paths.artifacts(), settings.artifact_limits()),
            redactor: secrets.redactor(),
            logs_dir: paths.runs(),
            scratch_dir: paths.scratch(),
            agent: host_name().await,
            works: purpose == Purpose::Work,
        };
        let engine = Engine::start(parts).await;
        let engine = Arc::new(engine.map_err(|e| start_error(&StartError::Engine(e)))?);
        engine.keep_within(settings.keep()).map_err(|e| start_error(&StartError::Engine(e)))?;
        let stop = CancellationToken::new();
        let api = Api::new(ApiParts {
            engine: engine.clone(),
            secrets,
            key_check: Arc::new(HttpKeyCheck::new(settings.clone())),
            settings,
            clock,
            zone,
            host,
            data_dir: paths.data().to_owned(),
            state_dir: paths.state().to_owned(),
            config_file: paths.config_file().to_owned(),
            stop: stop.clone(),
        });
        commands.is(&api);
        if purpose == Purpose::Work {
            questions.on_answer(crate::answer::to(&api));
        }
        let server = listener.map(|listener| Server::start(listener, &api));
        let watching = CancellationToken::new();
        if purpose == Purpose::Work {
            tokio::spawn(read_again_on_change(watched, watching.clone()));
        }
        let watching = watching.drop_guard();
        Ok(Self { api, engine, stop, server, watching })
    }

    fn with(self, lock: Lock, host: EngineHost) -> Runtime {
        let actor = human(match host {
            EngineHost::Window => "window",
            EngineHost::Serve | EngineHost::Command => "cli",
        });
        let Self { api, engine, stop, server, watching } = self;
        Runtime { api, engine, actor, stop, server, lock, _watching: watching }
    }
}

impl Server {
    fn start(listener: Listener, api: &Arc<Api>) -> Self {
        let closing = CancellationToken::new();
        let door = Arc::new(api.door(human("cli")));
        let task = tokio::spawn(serve(listener, door, Limits::default(), closing.clone()));
        Self { closing, task }
    }

    async fn end(self) {
        self.closing.cancel();
        if let Err(error) = self.task.await {
            error!(%error, "the server broke");
        }
    }
}

impl Runtime {
    /// The engine, as the program that started it uses it.
    #[must_use]
    pub fn service(&self) -> Arc<dyn Service> {
        Arc::new(self.api.door(self.actor.clone()))
    }

    /// Returns when somebody has asked the engine to stop.
    pub fn stop_requested(&self) -> impl Future<Output = ()> + Send + use<> {
        self.stop.clone().cancelled_owned()
    }

    /// Ends everything, within 10 seconds: clients are told, what runs is ended, everything is
    /// written down, and the next engine may start.
    pub async fn shutdown(self) {
        let server = async {
            if let Some(server) = self.server {
                server.end().await;
            }
        };
        let ends = async { tokio::join!(server, self.engine.shutdown(GRACE)) };
        if timeout(LIMIT, ends).await.is_ok() {
            self.lock.release();
            info!("Aegis has stopped");
        } else {
            // The lock stays with the process, since the database may still be open.
            error!("Aegis did not stop within {} seconds", LIMIT.as_secs());
        }
    }
}

/// What sessions of Claude Code are started with, as the settings say at that moment.
fn claude_code(
    settings: &Arc<Settings>,
    secrets: &Arc<dyn Secrets>,
    tools: Arc<dyn ToolHost>,
) -> ClaudeCodeParts {
    let (path, limit, url) = (Arc::clone(settings), Arc::clone(settings), Arc::clone(settings));
    let secrets = Arc::clone(secrets);
    ClaudeCodeParts {
        path: Arc::new(move || path.claude_path()),
        base_url: Arc::new(move || url.other_base_url()),
        time_limit: Arc::new(move || limit.agent_limit()),
        key: Some(Arc::new(move || {
            let secrets = Arc::clone(&secrets);
            Box::pin(async move { anthropic_key(&*secrets).await })
        })),
        tools: Some(tools),
    }
}

/// The user's key for Anthropic's API, when the keychain has one that can be had.
async fn anthropic_key(secrets: &dyn Secrets) -> Option<String> {
    let name = KeyName::new(ANTHROPIC).ok()?;
    match secrets.get(&name).await {
        Ok(key) => Some(key.expose().to_owned()),
        // Then Claude Code uses the login of its user.
        Err(error) => {
            tracing::debug!(%error, "a session has no key of Aegis");
            None
        }
    }
}

/// Opening checks the database, and may have to change its form: that takes a while.
async fn open_store(paths: &Paths) -> Result<Store, ApiError> {
    let folder = paths.data().to_owned();
    let opened = spawn_blocking(move || Store::open(&folder, StoreOptions::default())).await;
    match opened {
        Ok(store) => store.map_err(|error| start_error(&StartError::Open(error))),
        Err(error) => Err(ApiError::new(
            ErrorKind::Internal,
            format!("Aegis broke while it opened the database: {error}."),
        )
        .with_hint("Aegis' own log says more; please report it.")),
    }
}

/// What this machine is called as an agent.
async fn host_name() -> String {
    let name = tokio::fs::read_to_string("/proc/sys/kernel/hostname").await.unwrap_or_default();
    match name.trim() {
        "" => "this-machine".to_owned(),
        name => name.to_owned(),
    }
}

fn human(interface: &str) -> Actor {
    Actor::Human(interface.to_owned())
}

fn incomplete(missing: &impl std::error::Error) -> ApiError {
    let text = missing.to_string();
    let (message, hint) = text.split_once(": ").unwrap_or((&text, "Install Aegis again"));
    ApiError::new(ErrorKind::Unavailable, format!("{message}.")).with_hint(format!("{hint}."))
}

fn unheard(error: &aegis_server::BindError) -> ApiError {
    ApiError::new(ErrorKind::Unavailable, format!("{error}."))
        .with_hint("Look at that file, or set AEGIS_HOME to another folder.")
}

//! An engine with its API, whose agents do as they are told.

use crate::agent::Agent;
use aegis_api::{Api, ApiParts, Door, SettingsStore};
use aegis_domain::fair::Policy;
use aegis_domain::machine::Answer;
use aegis_domain::{
    Actor, Ask, ExecutorName, ExecutorSpec, Invalid, NewTask, State, TaskId, ToolUse,
};
use aegis_doubles::{Calm, NoFiles, NoKeychain, Silence, Told, WallClock};
use aegis_engine::{ArtifactLimits, Artifacts, Engine, EngineParts};
use aegis_ports::{
    Caller, Clock, Commands, Ended, Executor, Job, LogStream, Notifier, RunHandle, Secrets,
};
use aegis_protocol::{
    AnswerTask, ApiError, CardView, CreateTask, EngineHost, ListApprovals, ListToolUses, Method,
    SettingsView, ShowTask, TaskView, UpdateSettings,
};
use aegis_store::{Store, StoreOptions};
use aegis_tools::Host;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const LIMIT: Duration = Duration::from_secs(20);

pub struct World {
    pub dir: TempDir,
    pub door: Door,
    pub engine: Arc<Engine>,
    pub api: Arc<Api>,
    pub told: Arc<Told>,
}

/// The API, once it is there: the executors are made before it.
#[derive(Default)]
struct Later(OnceLock<Arc<Api>>);

#[async_trait]
impl Commands for Later {
    async fn call(&self, caller: &Caller, method: &str, params: Value) -> Result<Value, ApiError> {
        self.0.get().unwrap().call(caller, method, params).await
    }
}

struct FixedSettings;

impl SettingsStore for FixedSettings {
    fn view(&self) -> SettingsView {
        SettingsView {
            slots: 3,
            max_agents: 3,
            command_timeout_secs: 300,
            agent_timeout_secs: 1800,
            artifact_file_mb: 1,
            artifact_files: 10,
            artifact_run_mb: 1,
            ..SettingsView::default()
        }
    }
    fn update(&self, _: UpdateSettings) -> Result<SettingsView, ApiError> {
        Ok(self.view())
    }
    fn add_root(&self, _: &str) -> Result<SettingsView, ApiError> {
        Ok(self.view())
    }
    fn remove_root(&self, _: &str) -> Result<SettingsView, ApiError> {
        Ok(self.view())
    }
}

/// Says what it was told to do.
struct Words(&'static str);

#[async_trait]
impl Executor for Words {
    fn name(&self) -> ExecutorName {
        ExecutorName::new(self.0)
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        handle.started(None).await.unwrap();
        handle.log().write(LogStream::Stdout, b"these are its words\n");
        Ended { result: job.settings.settings, ..Ended::succeeded("said it") }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::in_dir(tempfile::tempdir().unwrap()).await
    }

    /// A world that goes on with what another one left in `dir`.
    pub async fn in_dir(dir: TempDir) -> Self {
        let work = dir.path().join("work");
        std::fs::create_dir_all(&work).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(WallClock);
        let (told, later) = (Arc::new(Told::default()), Arc::new(Later::default()));
        let host = Host::new(
            Arc::clone(&later) as Arc<dyn Commands>,
            Arc::clone(&told) as Arc<dyn Notifier>,
            Arc::new(Silence),
            Arc::clone(&clock),
            "Europe/Berlin".to_owned(),
        );
        let host: Arc<Host> = Arc::new(host);
        let workspace = work.to_str().unwrap().to_owned();
        let double = Agent { host, workspace };
        let limits = ArtifactLimits { file_bytes: 1 << 20, files: 10, run_bytes: 1 << 20 };
        let engine = Engine::start(EngineParts {
            store: Store::open(dir.path(), StoreOptions::default()).unwrap(),
            executors: vec![
                Arc::new(double),
                Arc::new(Words("claude_code")),
                Arc::new(Words("shell")),
            ],
            clock: Arc::clone(&clock),
            notifier: Arc::clone(&told) as Arc<dyn Notifier>,
            policy: watch::channel(Policy::of(3)).1,
            terms: watch::channel(aegis_domain::Terms::default()).1,
            pressure: Arc::new(Calm),
            fingerprints: Arc::new(NoFiles),
            redactor: NoKeychain.redactor(),
            artifacts: Artifacts::new(dir.path().join("artifacts"), watch::channel(limits).1),
            logs_dir: dir.path().join("logs"),
            scratch_dir: dir.path().join("scratch"),
            agent: "here".to_owned(),
            works: true,
        })
        .await
        .unwrap();
        let engine = Arc::new(engine);
        let api = Api::new(ApiParts {
            engine: Arc::clone(&engine),
            settings: Arc::new(FixedSettings),
            secrets: Arc::new(NoKeychain),
            key_check: Arc::new(NoKeychain),
            clock,
            zone: chrono_tz::Tz::UTC,
            host: EngineHost::Command,
            data_dir: dir.path().to_owned(),
            state_dir: dir.path().to_owned(),
            config_file: dir.path().join("settings.toml"),
            stop: CancellationToken::new(),
        });
        assert!(later.0.set(Arc::clone(&api)).is_ok());
        let door = api.door(Actor::Human("test".to_owned()));
        Self { dir, door, engine, api, told }
    }

    /// Ends the engine, and gives what is left of it.
    pub async fn end(self) -> TempDir {
        self.engine.shutdown(Duration::from_secs(5)).await;
        self.dir
    }

    pub fn work(&self) -> std::path::PathBuf {
        self.dir.path().join("work")
    }

    pub async fn call<M: Method>(&self, request: M) -> Result<M::Reply, ApiError> {
        aegis_api::call(&self.door, request).await
    }

    /// A task whose agent takes these steps.
    pub async fn agent(&self, steps: &[Value], change: impl FnOnce(&mut NewTask)) -> TaskId {
        let settings = json!({ "steps": steps });
        let executor = ExecutorSpec { name: ExecutorName::new("agent"), settings };
        let mut new =
            NewTask { title: "obey".to_owned(), executor: Some(executor), ..NewTask::default() };
        change(&mut new);
        self.call(CreateTask::from(new)).await.unwrap().card.id
    }

    pub async fn show(&self, id: TaskId) -> TaskView {
        self.call(ShowTask { task: id.into() }).await.unwrap()
    }

    pub async fn until(&self, id: TaskId, holds: impl Fn(&CardView) -> bool) -> TaskView {
        let begun = Instant::now();
        loop {
            let view = self.show(id).await;
            if holds(&view.card) {
                return view;
            }
            assert!(begun.elapsed() < LIMIT, "not within {LIMIT:?}: {:?}", view.card);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What the agent did, once it has ended.
    pub async fn did(&self, id: TaskId) -> Vec<Value> {
        let ended = |card: &CardView| card.state.as_ref().is_some_and(State::is_terminal);
        let view = self.until(id, ended).await;
        let end = view.runs[0].end.clone().unwrap();
        end.result.as_array().cloned().unwrap_or_else(|| panic!("{:?}", end.outcome))
    }

    /// The question that a task asks, once it does.
    pub async fn asked(&self, id: TaskId) -> Ask {
        let asks = |card: &CardView| matches!(card.state, Some(State::Awaiting { .. }));
        match self.until(id, asks).await.card.state {
            Some(State::Awaiting { ask, .. }) => ask,
            other => panic!("{other:?}"),
        }
    }

    pub async fn answer(&self, id: TaskId, ask: &Ask, answer: Answer) {
        self.call(AnswerTask { task: id.into(), ask: ask.id, answer }).await.unwrap();
    }

    pub async fn uses(&self, id: TaskId) -> Vec<ToolUse> {
        let request = ListToolUses { task: Some(id.into()), ..ListToolUses::default() };
        let mut uses = self.call(request).await.unwrap().uses;
        uses.reverse();
        uses
    }

    pub async fn open_questions(&self) -> usize {
        self.call(ListApprovals {}).await.unwrap().len()
    }
}

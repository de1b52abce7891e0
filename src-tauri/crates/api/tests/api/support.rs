//! An API whose executor waits until it is told to end, or prints what its settings say.

use aegis_api::{Api, ApiParts, Door, SettingsStore};
use aegis_domain::fair::Policy;
use aegis_domain::{
    Actor, ExecutorName, ExecutorSpec, Invalid, NewTask, Outcome, Report, Schedule, Terms, Usage,
};
use aegis_doubles::{Calm, NoFiles, Nobody, WallClock};
use aegis_engine::{ArtifactLimits, Artifacts, Engine, EngineParts};
use aegis_ports::{Clock, Ended, Executor, Job, LogStream, RunHandle, Secrets, Signal};
use aegis_protocol::{ApiError, CardView, EngineHost, SettingsView, UpdateSettings};
use aegis_store::{Store, StoreOptions};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub struct Fixture {
    pub dir: TempDir,
    pub door: Door,
    api: Arc<Api>,
    pub engine: Arc<Engine>,
    pub secrets: Arc<crate::keys::MemoryKeychain>,
    pub stop: CancellationToken,
    pub terms: watch::Sender<Terms>,
}

struct FixedSettings;

impl SettingsStore for FixedSettings {
    fn view(&self) -> SettingsView {
        SettingsView {
            slots: 2,
            max_agents: 2,
            command_timeout_secs: 300,
            agent_timeout_secs: 1800,
            retries: 2,
            artifact_file_mb: 1,
            artifact_files: 10,
            artifact_run_mb: 1,
            daily_budget: Some("5".parse().unwrap()),
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

/// Prints its settings' lines, one each 20 ms, and then either ends or holds; costs what they say.
struct Teller;

#[async_trait]
impl Executor for Teller {
    fn name(&self) -> ExecutorName {
        ExecutorName::new("teller")
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, spec: &ExecutorSpec) -> Result<(), Invalid> {
        if spec.settings["lines"].is_u64() {
            Ok(())
        } else {
            Err(Invalid::new("lines", "Nothing to tell.", "Give a number of lines."))
        }
    }
    fn place(&self, _: &ExecutorSpec) -> Option<String> {
        Some("~/stories".to_owned())
    }
    fn costs(&self) -> bool {
        true
    }
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        handle.started(None).await.unwrap();
        let settings = &job.settings.settings;
        if let Some(cost) = settings["cost"].as_str() {
            let usage = Usage { cost: cost.parse().unwrap(), ..Usage::default() };
            handle.report(Report::Usage(usage));
        }
        for n in 0..settings["lines"].as_u64().unwrap() {
            handle.log().write(LogStream::Stdout, format!("line {n}\n").as_bytes());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if settings["hold"] == json!(true) {
            let mut signal = handle.signal();
            signal.wait_for(|s| matches!(s, Signal::Cancel | Signal::Shutdown)).await.unwrap();
            return Outcome::Cancelled.into();
        }
        Ended::succeeded("told")
    }
}

impl Fixture {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(WallClock);
        let (_, policy) = watch::channel(Policy::of(2));
        let (terms, terms_watch) = watch::channel(Terms::default());
        let limits = ArtifactLimits { file_bytes: 1 << 20, files: 10, run_bytes: 1 << 20 };
        let secrets = Arc::new(crate::keys::MemoryKeychain::default());
        let engine = Engine::start(EngineParts {
            store: Store::open(dir.path(), StoreOptions::default()).unwrap(),
            executors: vec![Arc::new(Teller)],
            clock: Arc::clone(&clock),
            notifier: Arc::new(Nobody),
            policy,
            terms: terms_watch,
            pressure: Arc::new(Calm),
            fingerprints: Arc::new(NoFiles),
            artifacts: Artifacts::new(dir.path().join("artifacts"), watch::channel(limits).1),
            redactor: secrets.redactor(),
            logs_dir: dir.path().join("logs"),
            scratch_dir: dir.path().join("scratch"),
            agent: "here".to_owned(),
            works: true,
        })
        .await
        .unwrap();
        let engine = Arc::new(engine);
        let stop = CancellationToken::new();
        let api = Api::new(ApiParts {
            engine: Arc::clone(&engine),
            secrets: secrets.clone(),
            key_check: Arc::new(crate::keys::PickyService),
            settings: Arc::new(FixedSettings),
            clock,
            zone: chrono_tz::Tz::UTC,
            host: EngineHost::Command,
            data_dir: dir.path().to_owned(),
            state_dir: dir.path().to_owned(),
            config_file: dir.path().join("settings.toml"),
            stop: stop.clone(),
        });
        let door = api.door(Actor::Human("test".to_owned()));
        Self { dir, door, api, engine, secrets, stop, terms }
    }

    pub async fn call<M: aegis_protocol::Method>(&self, request: M) -> Result<M::Reply, ApiError> {
        aegis_api::call(&self.door, request).await
    }

    /// The API as somebody else sees it.
    pub fn door_of(&self, actor: Actor) -> Door {
        self.api.door(actor)
    }

    /// Calls by name, as a program in another language would.
    pub async fn raw(&self, method: &str, params: Value) -> Result<Value, ApiError> {
        aegis_api::Service::call(&self.door, method, params).await
    }

    pub async fn create(&self, title: &str, settings: Value) -> CardView {
        let new =
            NewTask { title: title.to_owned(), executor: teller(settings), ..NewTask::default() };
        self.call(aegis_protocol::CreateTask::from(new)).await.unwrap().card
    }

    pub async fn manual(&self, title: &str) -> CardView {
        let new = NewTask {
            title: title.to_owned(),
            schedule: Schedule::Manual,
            executor: teller(json!({"lines": 0})),
            ..NewTask::default()
        };
        self.call(aegis_protocol::CreateTask::from(new)).await.unwrap().card
    }

    pub async fn card(&self, id: aegis_domain::TaskId) -> CardView {
        let cards = self.call(aegis_protocol::BoardCards { tasks: vec![id] }).await.unwrap();
        cards.into_iter().next().unwrap()
    }

    pub async fn until(
        &self,
        id: aegis_domain::TaskId,
        holds: impl Fn(&CardView) -> bool,
    ) -> CardView {
        let begun = Instant::now();
        loop {
            let card = self.card(id).await;
            if holds(&card) {
                return card;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "not within 20 s: {card:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub fn teller(settings: Value) -> Option<ExecutorSpec> {
    Some(ExecutorSpec { name: ExecutorName::new("teller"), settings })
}

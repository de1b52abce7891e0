//! What every handler works with.

use crate::SettingsStore;
use crate::dispatch;
use crate::error::{from_store, from_write};
use crate::hold::Hold;
use crate::service::{Guest, Items, Service};
use aegis_domain::machine::{Command, Refused};
use aegis_domain::{Actor, Task, TaskRef, Timestamp, label};
use aegis_engine::{Engine, Kinship};
use aegis_ports::{Clock, KeyCheck, Secrets};
use aegis_protocol::{ApiError, EngineHost, ErrorKind};
use aegis_store::{Applied, Reader, StoreError};
use async_trait::async_trait;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use tokio_util::sync::CancellationToken;

/// Most characters of the name that an agent gives itself.
const MAX_AGENT: usize = 100;

/// What the API works with.
pub struct ApiParts {
    /// Does the work.
    pub engine: Arc<Engine>,
    /// Keeps the keys.
    pub secrets: Arc<dyn Secrets>,
    /// Asks services whether they take a key.
    pub key_check: Arc<dyn KeyCheck>,
    /// Keeps the settings.
    pub settings: Arc<dyn SettingsStore>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The user's time zone.
    pub zone: chrono_tz::Tz,
    /// What kind of program this is.
    pub host: EngineHost,
    /// Where the database and the run logs are.
    pub data_dir: PathBuf,
    /// Where Aegis' own log is.
    pub state_dir: PathBuf,
    /// Where the settings are.
    pub config_file: PathBuf,
    /// Cancelled when somebody asks the engine to stop.
    pub stop: CancellationToken,
}

/// The application layer of an engine in this process.
pub struct Api {
    /// Itself, for the doors that it opens from within.
    own: Weak<Self>,
    pub(crate) parts: ApiParts,
    pub(crate) started_at: Timestamp,
}

impl Api {
    /// An API over these parts.
    #[must_use]
    pub fn new(parts: ApiParts) -> Arc<Self> {
        let started_at = parts.clock.now();
        Arc::new_cyclic(|own| Self { own: own.clone(), parts, started_at })
    }

    /// The door that one kind of caller comes through.
    #[must_use]
    pub fn door(self: &Arc<Self>, actor: Actor) -> Door {
        let hold = Hold::of(&actor);
        Door { api: Arc::clone(self), actor, hold }
    }

    /// The same, from within.
    pub(crate) fn shared_door(&self, actor: Actor) -> Result<Door, ApiError> {
        let api = self
            .own
            .upgrade()
            .ok_or_else(|| ApiError::new(ErrorKind::Unavailable, "Aegis is stopping."))?;
        let hold = Hold::of(&actor);
        Ok(Door { api, actor, hold })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(crate) async fn submit(&self, command: Command) -> Result<Applied, ApiError> {
        self.engine().submit(command).await.map_err(|e| from_write(&e))
    }

    pub(crate) async fn read<T, F>(&self, read: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.engine().store().read(read).await.map_err(|e| from_store(&e))
    }

    /// The same for a few rows.
    pub(crate) async fn glance<T>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<T, ApiError> {
        self.engine().store().glance(read).await.map_err(|e| from_store(&e))
    }

    /// The task that `name` names.
    pub(crate) async fn task(&self, name: &TaskRef) -> Result<Task, ApiError> {
        self.glance(|r| r.task(name)).await?.ok_or_else(|| {
            let mut error = crate::error::from_refused(&Refused::NoSuchTask);
            error.message = format!("There is no task {name}.");
            error
        })
    }
}

/// The API as one kind of caller sees it.
#[derive(Clone)]
pub struct Door {
    pub(crate) api: Arc<Api>,
    pub(crate) actor: Actor,
    /// What keeps who comes through here from some of it.
    pub(crate) hold: Hold,
}

#[async_trait]
impl Service for Door {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ApiError> {
        self.hold.check(method, &params)?;
        let params = self.hold.origin(method, params);
        dispatch::call(self, method, params).await
    }

    async fn open(&self, feed: &str, params: Value) -> Result<Items, ApiError> {
        dispatch::open(self, feed, params).await
    }

    fn for_guest(&self, guest: &Guest) -> Option<Arc<dyn Service>> {
        // Who is held already gets no other name by saying one.
        if self.hold != Hold::None {
            return None;
        }
        let (actor, hold) = match guest {
            Guest::Agent(name) => {
                let name = Some(label(name, MAX_AGENT)).filter(|name| !name.is_empty());
                (Actor::Agent(name.unwrap_or_else(|| "agent".to_owned())), Hold::Agent)
            }
            Guest::Process(pid) => match self.api.engine().kinship(*pid) {
                Kinship::None => return None,
                Kinship::Of(run) => (Actor::Agent(run.agent.clone()), Hold::Run(run)),
                Kinship::Gone => (Actor::Agent("unknown".to_owned()), Hold::Gone),
            },
        };
        Some(Arc::new(Self { api: Arc::clone(&self.api), actor, hold }))
    }
}

/// A request whose form is not what its name promises.
pub(crate) fn malformed(name: &str, error: &serde_json::Error) -> ApiError {
    ApiError::new(ErrorKind::Invalid, format!("The arguments of “{name}” are not right: {error}."))
        .with_hint("Compare them with the documentation of the method.")
}

//! The way to the engine: the one that runs, or one of this process.
//!
//! Nothing else in this crate knows which it is, how to start one, or where its socket lies.

mod process_end;
mod serving;

pub(crate) use serving::Serving;

use crate::error::Error;
use crate::signals::Signals;
use aegis_api::{Guest, Service};
use aegis_protocol::{ApiError, EngineHost, ErrorKind, Feed, GetEngineStatus, Method, StopEngine};
use aegis_runtime::{Connection, Logging, LoggingError, Paths, Runtime};
use aegis_server::Client;
use futures::stream::BoxStream;
use process_end::ProcessEnd;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// For an engine that was told to stop.
const STOPPING: Duration = Duration::from_secs(15);
/// For engines that go away in the moment in which they are found.
const TRIES: u32 = 3;
/// What Aegis' own log files are called.
const LOG: &str = "aegis";

/// What an engine is wanted for, should this process have to be it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To write one thing down or to read it; work is left for the next engine.
    OneCommand,
    /// To do work and to wait for it.
    Work,
}

/// An engine that can be talked to.
pub(crate) struct Engine {
    service: Arc<dyn Service>,
    link: Link,
}

enum Link {
    /// Another process is it; perhaps only while it waits for work of its own.
    Running { client: Arc<Client>, passing: bool },
    /// This process is it, with a log of its own if that could be had.
    Own(Box<Runtime>, Option<Result<Logging, LoggingError>>),
    /// A test is it.
    #[cfg(test)]
    Played { own: bool },
}

impl Engine {
    /// Reaches the engine that runs; without one, becomes it.
    ///
    /// # Errors
    /// What keeps the data from being used: its kind, a sentence, and what to do.
    pub(crate) async fn connect(purpose: Purpose) -> Result<Self, Error> {
        let paths = Paths::from_env().map_err(ApiError::from)?;
        // A folder that cannot be used has a better explanation than a socket that is not there.
        paths.prepare().map_err(ApiError::from)?;
        let mut log = None;
        for _ in 0..TRIES {
            if let Some(client) = aegis_runtime::attach(&paths).await?
                && let Some(running) = Self::answering(Arc::new(client)).await?
            {
                return Ok(running);
            }
            log.get_or_insert_with(|| Logging::start(&paths, LOG));
            let connection = match purpose {
                Purpose::OneCommand => aegis_runtime::attach_or_open(&paths).await?,
                Purpose::Work => {
                    aegis_runtime::attach_or_start(&paths, EngineHost::Command, None).await?
                }
            };
            match connection {
                Connection::Attached(client) => {
                    if let Some(running) = Self::answering(client).await? {
                        return Ok(running);
                    }
                }
                Connection::Own(runtime) => {
                    let service = runtime.service();
                    let link = Link::Own(Box::new(runtime), log);
                    return Ok(Self { service, link });
                }
            }
        }
        Err(Self::gone().into())
    }

    /// An engine that answers; none, when it has just gone away.
    async fn answering(client: Arc<Client>) -> Result<Option<Self>, Error> {
        match aegis_api::call(&*client, GetEngineStatus {}).await {
            Ok(status) => {
                let passing = status.host == EngineHost::Command;
                Ok(Some(Self { service: client.clone(), link: Link::Running { client, passing } }))
            }
            Err(error) if error.kind == ErrorKind::Unavailable => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reaches the engine that runs, if one does.
    ///
    /// # Errors
    /// What keeps it from being reached.
    pub(crate) async fn find() -> Result<Option<Self>, Error> {
        let paths = Paths::from_env().map_err(ApiError::from)?;
        match aegis_runtime::attach(&paths).await? {
            Some(client) => Self::answering(Arc::new(client)).await,
            None => Ok(None),
        }
    }

    /// Reaches the engine that runs.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] when none does.
    pub(crate) async fn running() -> Result<Self, Error> {
        Self::find().await?.ok_or_else(|| {
            ApiError::new(ErrorKind::Unavailable, "No engine is running.")
                .with_hint("Start it with `aegis serve`, or open the window.")
                .into()
        })
    }

    /// Whether this process is the engine, so that nothing goes on when it ends.
    pub(crate) const fn is_own(&self) -> bool {
        match &self.link {
            Link::Running { .. } => false,
            Link::Own(..) => true,
            #[cfg(test)]
            Link::Played { own } => *own,
        }
    }

    /// Whether another process is the engine only for as long as it waits for its own work.
    pub(crate) const fn is_passing(&self) -> bool {
        matches!(self.link, Link::Running { passing: true, .. })
    }

    /// Calls a method.
    ///
    /// # Errors
    /// What the engine refuses.
    pub(crate) async fn call<M: Method>(&self, request: M) -> Result<M::Reply, Error> {
        Ok(aegis_api::call(&*self.service, request).await?)
    }

    /// Calls a method by its name.
    ///
    /// # Errors
    /// What the engine refuses.
    pub(crate) async fn call_by_name(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Value, ApiError> {
        self.service.call(method, params).await
    }

    /// Says that what is called from here on is called for an agent of this name, and for no
    /// person.
    ///
    /// # Errors
    /// The engine has gone away.
    pub(crate) async fn introduce(&mut self, agent: &str) -> Result<(), ApiError> {
        match &self.link {
            Link::Running { client, .. } => client.introduce(agent).await?,
            Link::Own(..) => {
                let guest = Guest::Agent(agent.to_owned());
                if let Some(service) = self.service.for_guest(&guest) {
                    self.service = service;
                }
            }
            #[cfg(test)]
            Link::Played { .. } => {}
        }
        Ok(())
    }

    /// Opens a feed.
    ///
    /// # Errors
    /// What the engine refuses.
    pub(crate) async fn open<F: Feed>(
        &self,
        request: F,
    ) -> Result<BoxStream<'static, Result<F::Item, ApiError>>, Error> {
        Ok(aegis_api::open(&*self.service, request).await?)
    }

    /// What is wrong with this engine, though it works.
    pub(crate) fn complaint(&self) -> Option<String> {
        match &self.link {
            Link::Own(_, Some(Err(error))) => Some(without_log(error)),
            _ => None,
        }
    }

    /// Returns when somebody has told an engine of this process to stop.
    pub(crate) async fn stop_requested(&self) {
        match &self.link {
            Link::Own(runtime, _) => runtime.stop_requested().await,
            _ => std::future::pending().await,
        }
    }

    /// Tells the engine to stop, and waits for that; says whether it has stopped within a time.
    ///
    /// # Errors
    /// What the engine refuses.
    pub(crate) async fn stop(&self) -> Result<bool, Error> {
        let status = self.call(GetEngineStatus {}).await?;
        // Taken while the process answers, so that it can be no other one with its number.
        let process = ProcessEnd::of(status.pid);
        self.call(StopEngine {}).await?;
        match &self.link {
            // The window may stay without its engine.
            Link::Running { client, .. } if status.host == EngineHost::Window => {
                Ok(timeout(STOPPING, client.gone()).await.is_ok())
            }
            _ => Ok(process.within(STOPPING).await),
        }
    }

    /// Ends what this command started: nothing, when another process is the engine.
    pub(crate) async fn close(self) {
        drop(self.service);
        if let Link::Own(runtime, _log) = self.link {
            let stopping = runtime.shutdown();
            // Where Ctrl-C was watched for, it does nothing by itself any more.
            match Signals::watch() {
                Ok(mut signals) => {
                    tokio::select! { () = stopping => {}, () = signals.next() => {} }
                }
                Err(_) => stopping.await,
            }
        }
    }

    /// The error of an engine that went away while it was listened to.
    pub(crate) fn gone() -> ApiError {
        ApiError::new(ErrorKind::Unavailable, "The engine has gone away.")
            .with_hint("Start it again with `aegis serve`, or open the window.")
    }

    /// An engine that a test plays.
    #[cfg(test)]
    pub(crate) fn played(service: Arc<dyn Service>, own: bool) -> Self {
        Self { service, link: Link::Played { own } }
    }
}

fn without_log(error: &LoggingError) -> String {
    format!("{error}. Aegis works without it.")
}

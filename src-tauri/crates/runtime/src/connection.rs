//! To an engine, wherever it is.

use crate::Paths;
use crate::runtime::{Runtime, Wanted, begin, start};
use aegis_api::Service;
use aegis_executors::HelperPath;
use aegis_ports::Notifier;
use aegis_protocol::{ApiError, EngineHost, ErrorKind};
use aegis_server::{Client, ConnectError};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long an engine may take to listen, or to let go of the lock: longer than a shutdown.
const PATIENCE: Duration = Duration::from_secs(12);
/// The window says soon what it waits for, and tries again by itself.
const PATIENCE_OF_A_WINDOW: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(50);

/// An engine to talk to.
pub enum Connection {
    /// One that another process runs; it goes on without us.
    Attached(Arc<Client>),
    /// Our own.
    Own(Runtime),
}

impl Connection {
    /// The engine.
    #[must_use]
    pub fn service(&self) -> Arc<dyn Service> {
        match self {
            Self::Attached(client) => client.clone(),
            Self::Own(runtime) => runtime.service(),
        }
    }

    /// Stops our own engine; leaves another process's alone.
    pub async fn close(self) {
        match self {
            Self::Attached(_) => {}
            Self::Own(runtime) => runtime.shutdown().await,
        }
    }
}

/// Connects to the engine that another process runs; `None` when none does.
///
/// # Errors
/// There may be one, but it cannot be reached.
pub async fn attach(paths: &Paths) -> Result<Option<Client>, ApiError> {
    match Client::connect(&paths.socket()).await {
        Ok(client) => Ok(Some(client)),
        Err(ConnectError::Nobody(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Connects to the engine that another process runs, or starts one.
///
/// Of two processes that start at the same time, one holds the lock and the other attaches to it.
///
/// # Errors
/// As [`start`]; [`ErrorKind::Locked`] when somebody holds the data directory for longer than an
/// engine takes to start or to stop, and cannot be talked to.
pub async fn attach_or_start(
    paths: &Paths,
    host: EngineHost,
    notifier: Option<Arc<dyn Notifier>>,
) -> Result<Connection, ApiError> {
    let patience = match host {
        EngineHost::Window => PATIENCE_OF_A_WINDOW,
        EngineHost::Serve | EngineHost::Command => PATIENCE,
    };
    attach_or(paths, patience, || start(paths, host, notifier.clone())).await
}

/// Connects to the engine that another process runs, or opens the data for one command: what it
/// queues waits for the next engine, and nobody is listened to meanwhile.
///
/// # Errors
/// As [`attach_or_start`].
pub async fn attach_or_open(paths: &Paths) -> Result<Connection, ApiError> {
    let open = || begin(paths, Wanted::for_one_command(), HelperPath::beside_current_exe);
    attach_or(paths, PATIENCE, open).await
}

async fn attach_or<F>(
    paths: &Paths,
    patience: Duration,
    start: impl Fn() -> F,
) -> Result<Connection, ApiError>
where
    F: Future<Output = Result<Runtime, ApiError>>,
{
    let end = Instant::now() + patience;
    loop {
        if let Some(client) = attach(paths).await? {
            return Ok(Connection::Attached(Arc::new(client)));
        }
        match start().await {
            Err(error) if error.kind == ErrorKind::Locked && Instant::now() < end => {
                sleep(LOOK).await;
            }
            result => return result.map(Connection::Own),
        }
    }
}

#[cfg(test)]
mod tests;

//! Letting clients in, and seeing them off.

use crate::connection::{self, Door};
use crate::listener::Listener;
use crate::peer;
use aegis_api::Service;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

/// After the kernel refused to hand out a connection: usually all descriptors are in use.
const BREATHE: Duration = Duration::from_millis(100);

/// What one server, and one client of it, may take up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Clients at once.
    pub connections: usize,
    /// Requests of one client at once, open feeds included.
    pub requests: usize,
    /// Longest time in which a client takes one frame; then it is cut off.
    pub write: Duration,
    /// Longest time for methods that have begun, once the server is to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            requests: 256,
            write: Duration::from_secs(30),
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves `service` to everybody who connects, until `shutdown` is cancelled. Then feeds end with
/// an error that says so, methods that have begun are answered, and every connection is closed:
/// within [`Limits::grace`].
pub async fn serve(
    listener: Listener,
    service: Arc<dyn Service>,
    limits: Limits,
    shutdown: CancellationToken,
) {
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    while let Some(stream) = next(&listener, &shutdown).await {
        if let Err(error) = peer::check(&stream) {
            warn!(%error, "somebody else's process was turned away");
            continue;
        }
        let door = Door { service: service.clone(), limits, shutdown: shutdown.clone() };
        let cut = cut.clone();
        match room.clone().try_acquire_owned() {
            Ok(place) => connections.spawn(async move {
                let _place = place;
                cut.run_until_cancelled(connection::run(stream, door)).await;
                debug!("a client has gone");
            }),
            Err(_) => {
                warn!(limits.connections, "a client was turned away: there are too many");
                connections.spawn(connection::turn_away(stream, limits))
            }
        };
    }
    // Before the connections end: who comes now finds nobody, instead of waiting in a queue.
    drop(listener);
    connections.close();
    if timeout(limits.grace, connections.wait()).await.is_err() {
        warn!("some clients did not end in time, and were cut off");
        cut.cancel();
        connections.wait().await;
    }
}

/// The next client; `None` once the server is to stop.
async fn next(listener: &Listener, shutdown: &CancellationToken) -> Option<UnixStream> {
    loop {
        match shutdown.run_until_cancelled(listener.accept()).await? {
            Ok(stream) => return Some(stream),
            Err(error) => {
                warn!(%error, "a client could not be let in");
                shutdown.run_until_cancelled(sleep(BREATHE)).await?;
            }
        }
    }
}

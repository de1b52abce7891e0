//! Aegis at the other end of a socket.

mod calls;
mod feed;

use crate::peer;
use aegis_api::{Items, Service};
use aegis_helper::SocketAddress;
use aegis_protocol::{ApiError, ErrorKind, ServerFrame};
use async_trait::async_trait;
use calls::Calls;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::time::timeout;

/// For the engine to take a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// For the engine to answer a request.
const ANSWER: Duration = Duration::from_secs(60);

/// Why there is no engine at a socket.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no socket, or one that nobody listens at any more.
    #[error("No engine listens at “{0}”")]
    Nobody(PathBuf),
    /// There may be one, but it cannot be reached.
    #[error("The engine at “{path}” cannot be reached: {source}")]
    Io {
        /// Its socket.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl From<ConnectError> for ApiError {
    fn from(error: ConnectError) -> Self {
        let hint = match &error {
            ConnectError::Nobody(_) => "Start one: open the window, or run `aegis serve`.",
            ConnectError::Io { .. } => "Stop the program that listens there, and start it again.",
        };
        ApiError::new(ErrorKind::Unavailable, format!("{error}.")).with_hint(hint)
    }
}

/// An engine in another process. When that goes away, calls and feeds end with
/// [`ErrorKind::Unavailable`], and [`Client::gone`] returns; connect again for the next engine.
///
/// Calls share one connection. Each feed has its own, so that one that is not read in time keeps
/// nothing else waiting.
#[derive(Debug)]
pub struct Client {
    path: PathBuf,
    calls: Calls,
}

impl Client {
    /// Connects to the engine that listens at `path`, which must belong to the same user.
    ///
    /// # Errors
    /// [`ConnectError`] when nobody listens there, or somebody else.
    pub async fn connect(path: &Path) -> Result<Self, ConnectError> {
        let stream = connect(path).await?;
        Ok(Self { path: path.to_owned(), calls: Calls::over(stream) })
    }

    /// Returns when the engine has gone away.
    pub async fn gone(&self) {
        self.calls.gone().await;
    }

    /// Says that calls are made for an agent of this name, and for no person, from here on. Feeds
    /// have connections of their own, which are not told.
    ///
    /// # Errors
    /// The engine has gone away.
    pub async fn introduce(&self, agent: &str) -> Result<(), ApiError> {
        self.calls.introduce(agent).await
    }

    /// Whether the engine has gone away.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.calls.check().is_err()
    }
}

#[async_trait]
impl Service for Client {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ApiError> {
        self.calls.call(method, params).await
    }

    async fn open(&self, feed: &str, params: Value) -> Result<Items, ApiError> {
        self.calls.check()?;
        let stream = connect(&self.path).await?;
        feed::open(stream, feed, params).await
    }
}

async fn connect(path: &Path) -> Result<UnixStream, ConnectError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::ConnectionRefused => ConnectError::Nobody(path.to_owned()),
        _ => ConnectError::Io { path: path.to_owned(), source },
    };
    let address = SocketAddress::of(path).map_err(failed)?;
    let stream = timeout(CONNECT, UnixStream::connect(address.path()))
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        .map_err(failed)?;
    peer::check(&stream).map_err(failed)?;
    Ok(stream)
}

/// Reads an answer.
fn parse(line: &[u8]) -> Result<ServerFrame, ApiError> {
    serde_json::from_slice(line).map_err(|error| {
        ApiError::new(ErrorKind::Internal, format!("The engine's answer cannot be read: {error}."))
            .with_hint("Update the older of the two programs.")
    })
}

/// There is no engine at the other end any more.
fn gone() -> ApiError {
    ApiError::new(ErrorKind::Unavailable, "The engine has gone away.")
        .with_hint("Start it again: open the window, or run `aegis serve`.")
}

/// The engine takes too long to answer.
fn no_answer(name: &str) -> ApiError {
    let seconds = ANSWER.as_secs();
    ApiError::new(
        ErrorKind::TimedOut,
        format!("The engine did not answer “{name}” within {seconds} seconds."),
    )
    .with_hint("Look whether it was done before you try again.")
}

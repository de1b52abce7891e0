//! One client: its requests in, their answers out.

mod outbox;
mod requests;

use crate::peer;
use crate::serve::Limits;
use crate::wire::{Line, Lines};
use aegis_api::{Guest, Service};
use aegis_protocol::{ApiError, ClientFrame, ErrorKind, MAX_FRAME, ServerFrame};
use futures::StreamExt;
use outbox::Outbox;
use requests::Requests;
use serde::Deserialize;
use std::sync::Arc;
use tokio::net::UnixStream;
use tokio::task::spawn_blocking;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;
use tracing::debug;

/// The number of errors that belong to no request.
const NOBODY: u64 = 0;

/// What every connection of a server shares.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) service: Arc<dyn Service>,
    pub(crate) limits: Limits,
    pub(crate) shutdown: CancellationToken,
}

impl Door {
    /// The same for who is at the other end, as the kernel says; `None` when the look at who that is
    /// broke off: nobody gets the user's door by that.
    async fn for_process(self, pid: Option<i32>) -> Option<Self> {
        let Some(pid) = pid else { return Some(self) };
        let service = self.service.clone();
        // It looks at the system's processes.
        let looked = spawn_blocking(move || service.for_guest(&Guest::Process(pid)));
        match looked.await {
            Ok(Some(service)) => Some(Self { service, ..self }),
            Ok(None) => Some(self),
            Err(_) => None,
        }
    }
}

/// Why nothing more is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closed {
    /// The client closed its end, cannot be written to, or sent what cannot be read on after.
    Client,
    /// The server is to stop.
    Shutdown,
}

/// Answers a client until it goes away or the server is to stop.
pub(crate) async fn run(stream: UnixStream, door: Door) {
    let Some(door) = door.for_process(peer::process(&stream)).await else { return };
    let (read, write) = stream.into_split();
    let (outbox, sending) = Outbox::start(write, door.limits.write);
    let shutdown = door.shutdown.clone();
    let mut requests = Requests::new(door, outbox.clone());
    let mut lines = FramedRead::new(read, Lines::default());
    let closed = loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break Closed::Shutdown,
            () = outbox.broken() => break Closed::Client,
            () = requests.reap() => {}
            line = lines.next() => match line {
                Some(Ok(Line::Whole(line))) => take(&line, &mut requests, &outbox).await,
                Some(Ok(Line::TooLong)) => {
                    outbox.error(NOBODY, too_long()).await;
                    break Closed::Client;
                }
                Some(Err(error)) => {
                    debug!(%error, "a client cannot be read");
                    break Closed::Client;
                }
                None => break Closed::Client,
            }
        }
    };
    match closed {
        Closed::Client => drop(requests),
        Closed::Shutdown => requests.finish().await,
    }
    // Methods that have begun hold the outbox open until they are answered.
    drop(outbox);
    sending.finish().await;
}

/// Tells a client that there are too many.
pub(crate) async fn turn_away(stream: UnixStream, limits: Limits) {
    let (_read, write) = stream.into_split();
    let (outbox, sending) = Outbox::start(write, limits.write);
    let error = ApiError::new(
        ErrorKind::Unavailable,
        format!("Too many programs talk to this engine: {} can at once.", limits.connections),
    )
    .with_hint("Close some of them, and try again.");
    outbox.error(NOBODY, error).await;
    drop(outbox);
    sending.finish().await;
}

async fn take(line: &[u8], requests: &mut Requests, outbox: &Outbox) {
    match serde_json::from_slice(line) {
        Ok(ClientFrame::Request { id, method, params }) => {
            if let Err(error) = requests.begin(id, method, params) {
                outbox.error(id, error).await;
            }
        }
        Ok(ClientFrame::Introduce { agent }) => requests.introduce(agent),
        Ok(ClientFrame::End { id }) => requests.end(id),
        Err(error) => outbox.error(number_of(line), malformed(&error)).await,
    }
}

/// The number that a line which is no request gives itself.
fn number_of(line: &[u8]) -> u64 {
    #[derive(Deserialize)]
    struct Numbered {
        id: u64,
    }
    serde_json::from_slice(line).map_or(NOBODY, |numbered: Numbered| numbered.id)
}

fn malformed(error: &serde_json::Error) -> ApiError {
    ApiError::new(ErrorKind::Invalid, format!("A line is not a request: {error}."))
        .with_hint(r#"Send one JSON object a line: {"type":"request","id":1,"method":"engine.status","params":{}}"#)
}

fn too_long() -> ApiError {
    ApiError::new(ErrorKind::Invalid, format!("A request has more than {MAX_FRAME} bytes."))
        .with_hint("Send less at once; this connection ends here.")
}

/// An answer that can be sent: one that is too long becomes an error.
fn answer(id: u64, result: Result<serde_json::Value, ApiError>) -> ServerFrame {
    match result {
        Ok(result) => ServerFrame::Reply { id, result },
        Err(error) => ServerFrame::Error { id, error },
    }
}

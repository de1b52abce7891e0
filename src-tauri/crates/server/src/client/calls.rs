//! Calls: many at once, over one connection.

use super::{ANSWER, gone, no_answer, parse};
use crate::wire::{self, Line, Lines};
use aegis_protocol::{ApiError, ClientFrame, ErrorKind, ServerFrame};
use futures::StreamExt;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::debug;

/// Requests that wait to be written.
const WAITING: usize = 64;

type Answer = Result<Value, ApiError>;

/// A connection for calls.
#[derive(Debug)]
pub(super) struct Calls {
    requests: mpsc::Sender<Vec<u8>>,
    numbers: AtomicU64,
    waiting: Arc<Waiting>,
    _tasks: [AbortOnDropHandle<()>; 2],
}

/// Who waits for an answer, by number.
#[derive(Debug, Default)]
struct Waiting {
    state: Mutex<State>,
    over: CancellationToken,
}

#[derive(Debug)]
enum State {
    Open(HashMap<u64, oneshot::Sender<Answer>>),
    /// The connection is over; the reason, where the engine gave one.
    Over(Option<ApiError>),
}

impl Default for State {
    fn default() -> Self {
        Self::Open(HashMap::new())
    }
}

impl Calls {
    /// Calls over `stream`.
    pub(super) fn over(stream: UnixStream) -> Self {
        let (read, write) = stream.into_split();
        let (requests, queue) = mpsc::channel(WAITING);
        let waiting = Arc::new(Waiting::default());
        let reading = tokio::spawn(receive(read, waiting.clone()));
        let writing = tokio::spawn(send(write, queue, waiting.clone()));
        let tasks = [reading, writing].map(AbortOnDropHandle::new);
        // 0 is the number of errors that belong to no request.
        Self { requests, numbers: AtomicU64::new(1), waiting, _tasks: tasks }
    }

    /// Calls a method.
    pub(super) async fn call(&self, method: &str, params: Value) -> Answer {
        let id = self.numbers.fetch_add(1, Ordering::Relaxed);
        let frame = ClientFrame::Request { id, method: method.to_owned(), params };
        let line = wire::encode(&frame).map_err(|error| unsendable(method, &error))?;
        let place = self.waiting.enter(id, method)?;
        // A queue without a reader means that the connection is over: then so is the place.
        let _ = self.requests.send(line).await;
        match timeout(ANSWER, place.answer()).await {
            Ok(answer) => answer,
            Err(_) => Err(no_answer(method)),
        }
    }

    /// Says who calls. It is not answered: what is called next is called under that name.
    pub(super) async fn introduce(&self, agent: &str) -> Result<(), ApiError> {
        self.check()?;
        let line = wire::encode(&ClientFrame::Introduce { agent: agent.to_owned() });
        let line = line.map_err(|error| unsendable("introduce", &error))?;
        // A queue without a reader means that the connection is over: the next call says so.
        let _ = self.requests.send(line).await;
        Ok(())
    }

    /// Fails when the connection is over.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        match &*self.waiting.lock() {
            State::Open(_) => Ok(()),
            State::Over(reason) => Err(over(reason.as_ref())),
        }
    }

    /// Returns when the connection is over.
    pub(super) async fn gone(&self) {
        self.waiting.over.cancelled().await;
    }
}

impl Waiting {
    fn enter<'a>(&'a self, id: u64, method: &'a str) -> Result<Place<'a>, ApiError> {
        match &mut *self.lock() {
            State::Open(places) => {
                let (sender, answer) = oneshot::channel();
                places.insert(id, sender);
                Ok(Place { id, method, answer, waiting: self })
            }
            State::Over(reason) => Err(over(reason.as_ref())),
        }
    }

    fn leave(&self, id: u64) -> Option<oneshot::Sender<Answer>> {
        match &mut *self.lock() {
            State::Open(places) => places.remove(&id),
            State::Over(_) => None,
        }
    }

    /// Everybody who waits learns that nothing will come.
    fn end(&self, reason: Option<ApiError>) {
        let mut state = self.lock();
        if matches!(*state, State::Open(_)) {
            *state = State::Over(reason);
        }
        drop(state);
        self.over.cancel();
    }

    /// Nothing that holds this lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits. Dropping it gives the place up.
struct Place<'a> {
    id: u64,
    method: &'a str,
    answer: oneshot::Receiver<Answer>,
    waiting: &'a Waiting,
}

impl Place<'_> {
    async fn answer(mut self) -> Answer {
        match (&mut self.answer).await {
            Ok(answer) => answer,
            Err(_) => match &*self.waiting.lock() {
                State::Over(Some(reason)) => Err(reason.clone()),
                _ => Err(unanswered(self.method)),
            },
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.leave(self.id);
    }
}

async fn send(
    mut write: OwnedWriteHalf,
    mut queue: mpsc::Receiver<Vec<u8>>,
    waiting: Arc<Waiting>,
) {
    while let Some(line) = queue.recv().await {
        // The engine reads at once, always: one that does not for so long is no engine any more.
        match timeout(ANSWER, write.write_all(&line)).await {
            Ok(Ok(())) => {}
            // What the engine said before it closed is still to be read.
            Ok(Err(error)) => return debug!(%error, "the engine cannot be written to"),
            Err(_) => return waiting.end(None),
        }
    }
}

async fn receive(read: OwnedReadHalf, waiting: Arc<Waiting>) {
    let mut lines = FramedRead::new(read, Lines::default());
    let reason = loop {
        let frame = match lines.next().await {
            Some(Ok(Line::Whole(line))) => parse(&line),
            Some(Ok(Line::TooLong) | Err(_)) | None => break None,
        };
        let (id, answer) = match frame {
            Ok(ServerFrame::Reply { id, result }) => (id, Ok(result)),
            Ok(ServerFrame::Error { id: 0, error }) | Err(error) => break Some(error),
            Ok(ServerFrame::Error { id, error }) => (id, Err(error)),
            // Feeds have connections of their own.
            Ok(ServerFrame::Item { .. } | ServerFrame::Ended { .. }) => continue,
        };
        if let Some(place) = waiting.leave(id) {
            // Whoever waited may have given up just now.
            let _ = place.send(answer);
        }
    };
    waiting.end(reason);
}

/// For a call after the connection was over.
fn over(reason: Option<&ApiError>) -> ApiError {
    reason.cloned().unwrap_or_else(gone)
}

/// For a call during which the engine went away.
fn unanswered(method: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Unavailable,
        format!("The engine went away before it answered “{method}”."),
    )
    .with_hint("When it runs again, look whether it was done before you try again.")
}

fn unsendable(method: &str, error: &wire::EncodeError) -> ApiError {
    ApiError::new(ErrorKind::Invalid, format!("“{method}” cannot be sent: {error}."))
        .with_hint("Send less at once.")
}

//! The requests of one client that are not over yet.

use super::outbox::Outbox;
use super::{Door, answer};
use aegis_api::{Guest, Service};
use aegis_protocol::{ApiError, ErrorKind, Feed, FollowLog, ServerFrame, SubscribeEvents};
use futures::{FutureExt, StreamExt};
use serde_json::Value;
use std::collections::HashMap;
use std::future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The names that open feeds; every other one is a method's.
const FEEDS: [&str; 2] = [SubscribeEvents::NAME, FollowLog::NAME];

/// Live requests by number; cancelling the token ends a feed.
type Live = Arc<Mutex<HashMap<u64, CancellationToken>>>;

/// Begins requests, and keeps count. Dropping it ends the feeds; methods go on.
pub(crate) struct Requests {
    door: Door,
    outbox: Outbox,
    live: Live,
    feeds: JoinSet<()>,
}

impl Requests {
    /// None yet.
    pub(crate) fn new(door: Door, outbox: Outbox) -> Self {
        Self { door, outbox, live: Live::default(), feeds: JoinSet::new() }
    }

    /// Begins a request.
    ///
    /// # Errors
    /// When its number is taken, or there are too many.
    pub(crate) fn begin(&mut self, id: u64, name: String, params: Value) -> Result<(), ApiError> {
        let place = self.place(id)?;
        let service = self.door.service.clone();
        let outbox = self.outbox.clone();
        if FEEDS.contains(&name.as_str()) {
            let shutdown = self.door.shutdown.clone();
            self.feeds.spawn(async move {
                let answers = feed(&*service, &name, params, &place, &shutdown, &outbox);
                let last = unbroken(&name, answers).await;
                drop(place);
                outbox
                    .last(id, &last.unwrap_or_else(|error| ServerFrame::Error { id, error }))
                    .await;
            });
        } else {
            tokio::spawn(async move {
                let result = unbroken(&name, service.call(&name, params)).await;
                drop(place);
                outbox.last(id, &answer(id, result.flatten())).await;
            });
        }
        Ok(())
    }

    /// What comes from here on is asked for by an agent.
    pub(crate) fn introduce(&mut self, agent: String) {
        if let Some(service) = self.door.service.for_guest(&Guest::Agent(agent)) {
            self.door.service = service;
        }
    }

    /// Ends a feed. One that is over already is as good as ended.
    pub(crate) fn end(&self, id: u64) {
        if let Some(feed) = lock(&self.live).get(&id) {
            feed.cancel();
        }
    }

    /// Clears away a feed that is over; pending while there is none.
    pub(crate) async fn reap(&mut self) {
        match self.feeds.join_next().await {
            Some(_) => {}
            None => future::pending().await,
        }
    }

    /// Lets the feeds say that the server stops.
    pub(crate) async fn finish(mut self) {
        while self.feeds.join_next().await.is_some() {}
    }

    fn place(&self, id: u64) -> Result<Place, ApiError> {
        let mut live = lock(&self.live);
        let most = self.door.limits.requests;
        if live.len() >= most {
            return Err(ApiError::new(
                ErrorKind::Unavailable,
                format!(
                    "{most} requests of this connection are not answered yet, which is its limit."
                ),
            )
            .with_hint("Wait for answers, or end feeds."));
        }
        if live.contains_key(&id) {
            return Err(ApiError::new(
                ErrorKind::Invalid,
                format!("Number {id} belongs to a request that is not over yet."),
            )
            .with_hint("Give every request a number of its own."));
        }
        let ended = CancellationToken::new();
        live.insert(id, ended.clone());
        Ok(Place { id, ended, live: self.live.clone() })
    }
}

/// A live request's place; dropping it frees the number.
struct Place {
    id: u64,
    ended: CancellationToken,
    live: Live,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.live).remove(&self.id);
    }
}

/// Sends a feed's items; returns its last frame.
async fn feed(
    service: &dyn Service,
    name: &str,
    params: Value,
    place: &Place,
    shutdown: &CancellationToken,
    outbox: &Outbox,
) -> ServerFrame {
    let id = place.id;
    tokio::select! {
        biased;
        () = place.ended.cancelled() => ServerFrame::Ended { id },
        () = shutdown.cancelled() => ServerFrame::Error { id, error: stopping() },
        result = items(service, name, params, id, outbox) => match result {
            Ok(()) => ServerFrame::Ended { id },
            Err(error) => ServerFrame::Error { id, error },
        },
    }
}

async fn items(
    service: &dyn Service,
    name: &str,
    params: Value,
    id: u64,
    outbox: &Outbox,
) -> Result<(), ApiError> {
    let mut items = service.open(name, params).await?;
    outbox.put(&ServerFrame::Reply { id, result: Value::Null }).await?;
    while let Some(item) = items.next().await {
        outbox.put(&ServerFrame::Item { id, item: item? }).await?;
    }
    Ok(())
}

/// Whoever asked hears of a panic too: nobody shall wait for an answer that will not come.
async fn unbroken<T>(name: &str, work: impl Future<Output = T>) -> Result<T, ApiError> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
        ApiError::new(ErrorKind::Internal, format!("Aegis broke while it worked on “{name}”."))
            .with_hint("Its log says where; please report it.")
    })
}

fn stopping() -> ApiError {
    ApiError::new(ErrorKind::Unavailable, "The engine is stopping.")
        .with_hint("Start it again: open the window, or run `aegis serve`.")
}

/// Nothing that holds this lock can panic half-way through a change.
fn lock(live: &Live) -> MutexGuard<'_, HashMap<u64, CancellationToken>> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What happened, and what happens.

use crate::api::Door;
use crate::dispatch::{Handle, HandleFeed};
use crate::error::from_store;
use aegis_domain::{Event, EventSeq, TaskRef};
use aegis_protocol::{ActivityEntry, ApiError, EventNews, ListEvents, SubscribeEvents};
use aegis_store::{Commit, Store};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 500;
/// Events of one batch.
const BATCH: u32 = 500;
/// A subscriber that is further behind takes a snapshot instead.
const CATCH_UP: u64 = 5000;
/// Batches that wait for a subscriber.
const QUEUE: usize = 16;

#[async_trait]
impl Handle<ListEvents> for Door {
    async fn handle(&self, request: ListEvents) -> Result<Vec<ActivityEntry>, ApiError> {
        let limit = request.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE);
        let task = match &request.task {
            Some(name) => Some(self.api.task(name).await?.id),
            None => None,
        };
        self.api
            .read(move |r| {
                let mut names = HashMap::new();
                let mut entries = Vec::new();
                for event in r.events_before(task, request.before, limit)? {
                    let id = event.what.task;
                    if let std::collections::hash_map::Entry::Vacant(slot) = names.entry(id) {
                        let Some(task) = r.task(&TaskRef::Id(id))? else { continue };
                        slot.insert((task.number, task.definition.title.to_string()));
                    }
                    if let Some((number, title)) = names.get(&id) {
                        let (number, title) = (*number, title.clone());
                        entries.push(ActivityEntry { event, number, title });
                    }
                }
                Ok(entries)
            })
            .await
    }
}

#[async_trait]
impl HandleFeed<SubscribeEvents> for Door {
    async fn handle_feed(
        &self,
        request: SubscribeEvents,
    ) -> Result<BoxStream<'static, Result<EventNews, ApiError>>, ApiError> {
        let store = self.api.engine().store().clone();
        // First listen, then look: what is committed in between is seen twice and dropped once.
        let commits = store.commits();
        let newest = self.api.read(|r| r.last_seq()).await?;
        let (send, items) = mpsc::channel(QUEUE);
        let after = request.after.unwrap_or(newest);
        tokio::spawn(async move {
            let mut subscriber = Subscriber { store, commits, after, send };
            if let Err(error) = subscriber.run(newest).await {
                drop(subscriber.send.send(Err(error)).await);
            }
        });
        let stream = futures::stream::unfold(items, |mut items| async move {
            items.recv().await.map(|item| (item, items))
        });
        Ok(stream.boxed())
    }
}

struct Subscriber {
    store: Store,
    commits: broadcast::Receiver<Arc<Commit>>,
    /// The last event that the subscriber was told of.
    after: EventSeq,
    send: mpsc::Sender<Result<EventNews, ApiError>>,
}

impl Subscriber {
    async fn run(&mut self, newest: EventSeq) -> Result<(), ApiError> {
        self.catch_up(newest).await?;
        loop {
            let received = tokio::select! {
                received = self.commits.recv() => received,
                () = self.send.closed() => return Ok(()),
            };
            match received {
                Ok(commit) => {
                    let after = self.after;
                    let mut events: Vec<Event> =
                        commit.events.iter().filter(|e| e.seq > after).cloned().collect();
                    // Commits that are there already share the batch.
                    while events.len() < BATCH as usize
                        && let Ok(more) = self.commits.try_recv()
                    {
                        events.extend(more.events.iter().filter(|e| e.seq > after).cloned());
                    }
                    if !self.tell(events).await {
                        return Ok(());
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    let newest =
                        self.store.read(|r| r.last_seq()).await.map_err(|e| from_store(&e))?;
                    self.catch_up(newest).await?;
                }
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }

    /// Reads what the subscriber has missed, or tells it that it is too much.
    async fn catch_up(&mut self, newest: EventSeq) -> Result<(), ApiError> {
        if newest.0.saturating_sub(self.after.0) > CATCH_UP || self.after > newest {
            self.after = newest;
            drop(self.send.send(Ok(EventNews::Gap { snapshot_seq: newest })).await);
            return Ok(());
        }
        while self.after < newest {
            let after = self.after;
            let events = self
                .store
                .read(move |r| r.events_after(after, BATCH))
                .await
                .map_err(|e| from_store(&e))?;
            if events.is_empty() || !self.tell(events).await {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Sends a batch; `false` when nobody listens any more.
    async fn tell(&mut self, events: Vec<Event>) -> bool {
        let Some(last) = events.last() else { return true };
        self.after = last.seq;
        self.send.send(Ok(EventNews::Events { events })).await.is_ok()
    }
}

//! Keeps the cards as the engine has them: a snapshot, then the event stream from its sequence number.

use std::collections::HashSet;
use std::time::Duration;

use aegis_domain::TaskId;
use aegis_protocol::{
    ApiError, BoardCards, BoardSnapshot, EngineStatus, EventNews, GetEngineStatus, PauseEngine,
    ResumeEngine, SubscribeEvents,
};
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::BoardStore;
use crate::bridge::{self, Feed};
use crate::components::toast::Toasts;

/// Tasks in one request: the engine's own limit.
const CARDS_AT_ONCE: usize = 1_000;
/// Between two attempts to reach an engine that does not answer.
const RETRY: Duration = Duration::from_secs(2);
/// The status is asked for at most this often, however many events there are.
const STATUS_PAUSE: Duration = Duration::from_millis(500);

/// How the engine is, as far as the window knows.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    /// Why it cannot be reached; `None` while it can.
    pub(crate) lost: RwSignal<Option<ApiError>>,
    /// Its last word about itself.
    pub(crate) status: RwSignal<Option<EngineStatus>>,
    status_asked: StoredValue<bool>,
    retry_now: StoredValue<Option<oneshot::Sender<()>>>,
}

impl Connection {
    /// Not connected yet, and not lost either.
    pub(crate) fn new() -> Self {
        Self {
            lost: RwSignal::new(None),
            status: RwSignal::new(None),
            status_asked: StoredValue::new(false),
            retry_now: StoredValue::new(None),
        }
    }

    /// Does not wait for the next attempt.
    pub(crate) fn retry(self) {
        let waiting = self.retry_now.try_update_value(Option::take).flatten();
        if let Some(waiting) = waiting {
            // The attempt may have begun on its own a moment before.
            let _ = waiting.send(());
        }
    }

    /// Holds new work back, or lets it start again.
    pub(crate) fn set_paused(self, paused: bool, toasts: Toasts) {
        spawn_local(async move {
            let answer = match paused {
                true => bridge::call(PauseEngine {}).await,
                false => bridge::call(ResumeEngine {}).await,
            };
            match answer {
                Ok(status) => self.status.set(Some(status)),
                Err(error) => toasts.refused(&error),
            }
        });
    }

    /// Asks the engine how it is, soon: what happens meanwhile is covered by the same question.
    fn refresh_status(self) {
        if self.status_asked.get_value() {
            return;
        }
        self.status_asked.set_value(true);
        set_timeout(
            move || {
                self.status_asked.set_value(false);
                spawn_local(async move {
                    if let Ok(status) = bridge::call(GetEngineStatus {}).await {
                        self.status.set(Some(status));
                    }
                });
            },
            STATUS_PAUSE,
        );
    }

    async fn pause_before_retry(self) {
        let (sender, wake) = oneshot::channel();
        self.retry_now.set_value(Some(sender));
        set_timeout(move || self.retry(), RETRY);
        // A sender that is gone means that the window is closing.
        let _ = wake.await;
    }
}

/// Follows the engine for as long as the window lives.
pub(crate) async fn follow(store: BoardStore, connection: Connection) {
    loop {
        match follow_once(store, connection).await {
            Ok(End::Gap) => continue,
            Ok(End::Closed) => {}
            Err(error) => connection.lost.set(Some(error)),
        }
        connection.pause_before_retry().await;
    }
}

/// Why a snapshot has to be taken anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Something happened whose place is not known here.
    Gap,
    /// The engine closed the feed: it is stopping, or changes hands.
    Closed,
}

/// A snapshot, then events for as long as they come without a gap.
async fn follow_once(store: BoardStore, connection: Connection) -> Result<End, ApiError> {
    let status = bridge::call(GetEngineStatus {}).await?;
    let board = bridge::call(BoardSnapshot {}).await?;
    let after = Some(board.seq);
    store.replace(board);
    connection.status.set(Some(status));
    let mut feed = Feed::open(SubscribeEvents { after }).await?;
    connection.lost.set(None);
    while let Some(news) = feed.next().await {
        let Some(touched) = touched(news?) else { return Ok(End::Gap) };
        // While this call is under way the feed gathers what happens next, so one at most is in flight.
        let tasks: Vec<TaskId> = touched.iter().copied().collect();
        for part in tasks.chunks(CARDS_AT_ONCE) {
            let fresh = bridge::call(BoardCards { tasks: part.to_vec() }).await?;
            if !store.merge(&part.iter().copied().collect(), fresh) {
                return Ok(End::Gap);
            }
        }
        connection.refresh_status();
    }
    Ok(End::Closed)
}

/// The tasks that the news are about; `None` when some were missed.
fn touched(news: Vec<EventNews>) -> Option<HashSet<TaskId>> {
    let mut tasks = HashSet::new();
    for batch in news {
        match batch {
            EventNews::Events { events } => {
                tasks.extend(events.iter().map(|event| event.what.task));
            }
            EventNews::Gap { .. } => return None,
        }
    }
    Some(tasks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{Actor, Event, EventKind, EventSeq, NewEvent, Timestamp};

    fn event(seq: u64, task: u128) -> Event {
        let what = NewEvent {
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::System,
            task: task_id(task),
            occurrence: None,
            run: None,
            kind: EventKind::TaskCreated,
        };
        Event { seq: EventSeq(seq), what }
    }

    fn task_id(task: u128) -> TaskId {
        format!("{task:032x}").parse().unwrap()
    }

    #[test]
    fn a_task_that_is_touched_twice_is_fetched_once() {
        let news = vec![
            EventNews::Events { events: vec![event(1, 7), event(2, 7)] },
            EventNews::Events { events: vec![event(3, 8)] },
        ];
        assert_eq!(touched(news), Some(HashSet::from([task_id(7), task_id(8)])));
    }

    #[test]
    fn a_gap_asks_for_a_new_snapshot() {
        let news = vec![
            EventNews::Events { events: vec![event(1, 7)] },
            EventNews::Gap { snapshot_seq: EventSeq(900) },
        ];
        assert_eq!(touched(news), None);
    }
}

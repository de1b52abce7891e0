//! The feeds that pages hold open.

use crate::batches;
use aegis_api::Items;
use aegis_protocol::{ApiError, ErrorKind};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::ipc::Channel;
use tokio_util::task::AbortOnDropHandle;

/// Feeds of one page at once.
const MOST: usize = 256;

/// Open feeds. Each belongs to one page: what a page opened ends with it.
#[derive(Default)]
pub(crate) struct Streams(Mutex<Open>);

#[derive(Default)]
struct Open {
    last: u32,
    /// By window.
    pages: HashMap<String, Page>,
}

/// What a window shows, until it is loaded anew.
#[derive(Default)]
struct Page {
    number: u64,
    feeds: HashMap<u32, AbortOnDropHandle<()>>,
}

/// A page of a window: whoever opens a feed names the page that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageId {
    window: String,
    number: u64,
}

impl Streams {
    /// The page that a window shows now.
    pub(crate) fn page(&self, window: &str) -> PageId {
        let number = self.lock().pages.entry(window.to_owned()).or_default().number;
        PageId { window: window.to_owned(), number }
    }

    /// Sends a feed into a page, until that or the feed ends. Returns the feed's number.
    ///
    /// # Errors
    /// When the page has gone, or has too many feeds.
    pub(crate) fn start(
        &self,
        page: &PageId,
        items: Items,
        channel: Channel<String>,
    ) -> Result<u32, ApiError> {
        let mut open = self.lock();
        open.last = open.last.wrapping_add(1);
        let id = open.last;
        let current = open.pages.entry(page.window.clone()).or_default();
        if current.number != page.number {
            return Err(ApiError::new(ErrorKind::Unavailable, "The page has gone."));
        }
        current.feeds.retain(|_, feed| !feed.is_finished());
        if current.feeds.len() >= MOST {
            return Err(ApiError::new(
                ErrorKind::Unavailable,
                format!("This page has {MOST} feeds open, which is its limit."),
            )
            .with_hint("Load the page again."));
        }
        // The channel goes with the task, which tells the page that the feed is over.
        let task = async move {
            batches::forward(items, |batch| channel.send(batch).is_ok()).await;
        };
        let task = AbortOnDropHandle::new(tokio::spawn(task));
        current.feeds.insert(id, task);
        Ok(id)
    }

    /// Ends a feed of a window. One that is over already is as good as ended.
    pub(crate) fn end(&self, window: &str, id: u32) {
        if let Some(page) = self.lock().pages.get_mut(window) {
            page.feeds.remove(&id);
        }
    }

    /// A window is about to show another page: the feeds of the one before end.
    pub(crate) fn end_page(&self, window: &str) {
        if let Some(page) = self.lock().pages.get_mut(window) {
            page.number += 1;
            page.feeds.clear();
        }
    }

    /// Ends all feeds.
    pub(crate) fn end_all(&self) {
        self.lock().pages.values_mut().for_each(|page| page.feeds.clear());
    }

    /// Nothing that holds this lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;
    use futures::stream;
    use serde_json::json;
    use std::sync::Arc;
    use std::time::Duration;
    use tauri::ipc::InvokeResponseBody;
    use tokio::time::timeout;

    /// A channel that keeps what it is sent.
    fn channel() -> (Channel<String>, Arc<Mutex<Vec<String>>>) {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let keep = sent.clone();
        let channel = Channel::new(move |body| {
            if let InvokeResponseBody::Json(json) = body {
                keep.lock().unwrap().push(serde_json::from_str(&json).unwrap());
            }
            Ok(())
        });
        (channel, sent)
    }

    /// A feed that never ends by itself, and a way to wait for its end.
    fn endless() -> (Items, impl Future<Output = ()>) {
        let (alive, ended) = tokio::sync::oneshot::channel::<()>();
        let first = stream::iter([Ok(json!("first"))]);
        let rest = stream::once(async move {
            let _alive = alive;
            futures::future::pending().await
        });
        let ended = async move {
            let _ = timeout(Duration::from_secs(5), ended).await.expect("the feed ends");
        };
        (first.chain(rest).boxed(), ended)
    }

    #[tokio::test]
    async fn a_feed_ends_when_its_page_says_so() {
        let streams = Streams::default();
        let (items, ended) = endless();
        let page = streams.page("main");
        let id = streams.start(&page, items, channel().0).unwrap();
        streams.end("another", id);
        assert_eq!(streams.lock().pages["main"].feeds.len(), 1);
        streams.end("main", id);
        ended.await;
    }

    #[tokio::test]
    async fn what_a_page_opened_ends_with_it() {
        let streams = Streams::default();
        let page = streams.page("main");
        let (items, ended) = endless();
        let (late, late_ended) = endless();
        streams.start(&page, items, channel().0).unwrap();
        streams.end_page("main");
        ended.await;
        let error = streams.start(&page, late, channel().0).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        late_ended.await;
        assert_ne!(streams.page("main"), page);
    }

    #[tokio::test]
    async fn items_reach_the_page_and_feeds_that_are_over_make_room() {
        let streams = Streams::default();
        let page = streams.page("main");
        let (channel, sent) = channel();
        for _ in 0..=MOST {
            let items = stream::iter([Ok(json!(u64::MAX))]).boxed();
            streams.start(&page, items, channel.clone()).unwrap();
            let before = sent.lock().unwrap().len();
            let done = async {
                while sent.lock().unwrap().len() == before
                    || streams.lock().pages["main"].feeds.values().any(|feed| !feed.is_finished())
                {
                    tokio::task::yield_now().await;
                }
            };
            timeout(Duration::from_secs(5), done).await.expect("it is sent");
        }
        assert_eq!(sent.lock().unwrap()[0], "[18446744073709551615]");
    }

    #[tokio::test]
    async fn a_page_has_no_more_feeds_than_its_limit() {
        let streams = Streams::default();
        let page = streams.page("main");
        for _ in 0..MOST {
            streams.start(&page, stream::pending().boxed(), channel().0).unwrap();
        }
        let error = streams.start(&page, stream::pending().boxed(), channel().0).unwrap_err();
        assert!(error.message.contains("256"), "{error}");
        streams.start(&streams.page("other"), stream::pending().boxed(), channel().0).unwrap();
    }
}

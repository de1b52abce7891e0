//! Feeds that go on where they were cut off.
//!
//! An engine cuts off whoever reads too slowly, and `aegis task logs -f 12 | less` does so whenever
//! somebody thinks about a page. Nothing is lost: the place is known, and the feed is opened again.

use crate::connection::Engine;
use crate::error::Error;
use aegis_protocol::{ApiError, ErrorKind, EventNews, Feed, FollowLog, LogPage, SubscribeEvents};
use futures::StreamExt;
use futures::stream::BoxStream;

/// A feed that can be opened anywhere in its sequence.
pub(crate) trait Resume: Feed + Clone {
    /// Remembers that `item` has been seen.
    fn pass(&mut self, item: &Self::Item);
}

impl Resume for FollowLog {
    fn pass(&mut self, page: &LogPage) {
        self.offset = page.next_offset;
    }
}

impl Resume for SubscribeEvents {
    fn pass(&mut self, news: &EventNews) {
        self.after = match news {
            EventNews::Events { events } => events.last().map(|event| event.seq).or(self.after),
            EventNews::Gap { snapshot_seq } => Some(*snapshot_seq),
        };
    }
}

/// A feed that is read until its end.
pub(crate) struct Following<F: Feed> {
    request: F,
    items: Option<BoxStream<'static, Result<F::Item, ApiError>>>,
    /// Something came since it was last opened: it makes sense to open it again.
    alive: bool,
}

impl<F: Resume> Following<F> {
    /// Opens it.
    ///
    /// # Errors
    /// What the engine refuses.
    pub(crate) async fn open(engine: &Engine, request: F) -> Result<Self, Error> {
        let items = engine.open(request.clone()).await?;
        Ok(Self { request, items: Some(items), alive: false })
    }

    /// The next item; `None` at its end. May be dropped while it waits: nothing is lost.
    ///
    /// # Errors
    /// What the engine says, and [`ErrorKind::Unavailable`] when it has gone away for good.
    pub(crate) async fn next(&mut self, engine: &Engine) -> Result<Option<F::Item>, Error> {
        loop {
            let Some(items) = &mut self.items else {
                self.items = Some(engine.open(self.request.clone()).await?);
                self.alive = false;
                continue;
            };
            match items.next().await {
                Some(Ok(item)) => {
                    self.alive = true;
                    self.request.pass(&item);
                    return Ok(Some(item));
                }
                Some(Err(error)) if error.kind == ErrorKind::Unavailable && self.alive => {
                    self.items = None;
                }
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::render::samples::{self, NOON};
    use aegis_protocol::{LogLine, LogStream};

    fn page(text: &str, next_offset: u64) -> LogPage {
        let line =
            LogLine { at: NOON, stream: LogStream::Stdout, text: text.to_owned(), partial: false };
        LogPage { lines: vec![line], next_offset, complete: false, tail_lost: false }
    }

    fn cut_off() -> ApiError {
        ApiError::new(ErrorKind::Unavailable, "You read too slowly.")
    }

    #[tokio::test]
    async fn a_feed_that_was_cut_off_goes_on_where_it_was() {
        let run = samples::run_id(1);
        let mut played = Played::with(samples::task());
        played.prints(run, &page("a", 10));
        played.cuts_off(run, cut_off());
        let engine = played.engine(false);
        let request = FollowLog { run, offset: 0 };
        let mut log = Following::open(&engine, request).await.unwrap();
        assert_eq!(log.next(&engine).await.unwrap(), Some(page("a", 10)));
        played.prints(run, &page("b", 20));
        assert_eq!(log.next(&engine).await.unwrap(), Some(page("b", 20)));
        let offsets: Vec<_> =
            played.calls("log.follow").iter().map(|params| params["offset"].clone()).collect();
        assert_eq!(offsets, [0, 10]);
    }

    #[tokio::test]
    async fn a_feed_that_gives_nothing_is_not_opened_for_ever() {
        let run = samples::run_id(1);
        let mut played = Played::with(samples::task());
        played.cuts_off(run, cut_off());
        let engine = played.engine(false);
        let mut log = Following::open(&engine, FollowLog { run, offset: 0 }).await.unwrap();
        assert!(log.next(&engine).await.is_err());
        assert_eq!(played.calls("log.follow").len(), 1);
    }

    #[test]
    fn the_place_among_the_events_is_the_last_one_seen() {
        let mut request = SubscribeEvents { after: None };
        let events = vec![samples::events().remove(3)];
        request.pass(&EventNews::Events { events });
        assert_eq!(request.after.unwrap().0, 4);
        request.pass(&EventNews::Events { events: Vec::new() });
        assert_eq!(request.after.unwrap().0, 4);
        request.pass(&EventNews::Gap { snapshot_seq: aegis_domain::EventSeq(9) });
        assert_eq!(request.after.unwrap().0, 9);
    }
}

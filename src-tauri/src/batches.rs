//! A feed's items, gathered: a page is sent one message a frame, not one an item.

use aegis_api::Items;
use aegis_protocol::ApiError;
use futures::StreamExt;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// One frame at 60 Hz.
const FRAME: Duration = Duration::from_millis(16);
/// A batch that is longer than this, in bytes, gathers no more.
const FULL: usize = 256 * 1024;

/// Sends a feed on until it ends, or until `send` says that nobody wants more: a JSON array of items
/// in each message, and a JSON object for the error that ended it, if one did.
pub(crate) async fn forward(mut items: Items, mut send: impl FnMut(String) -> bool) {
    let mut frame = Instant::now();
    loop {
        let mut batch = Batch::default();
        let mut end = batch.take(items.next().await);
        while end.is_none() && batch.0.len() < FULL {
            tokio::select! {
                biased;
                item = items.next() => end = batch.take(item),
                () = sleep_until(frame) => break,
            }
        }
        sleep_until(frame).await;
        if !batch.0.is_empty() && !send(batch.finish()) {
            return;
        }
        match end {
            Some(End::Over) => return,
            Some(End::Failed(error)) => {
                // It is the last message: whether anybody wants it changes nothing.
                send(text(&error));
                return;
            }
            None => frame = Instant::now() + FRAME,
        }
    }
}

enum End {
    Over,
    Failed(ApiError),
}

/// The JSON array as it grows, without its end.
#[derive(Default)]
struct Batch(String);

impl Batch {
    /// Takes an item; returns how the feed ended, if that is what it is.
    fn take(&mut self, item: Option<Result<Value, ApiError>>) -> Option<End> {
        match item {
            Some(Ok(item)) => {
                self.0.push(if self.0.is_empty() { '[' } else { ',' });
                self.0.push_str(&item.to_string());
                None
            }
            Some(Err(error)) => Some(End::Failed(error)),
            None => Some(End::Over),
        }
    }

    fn finish(mut self) -> String {
        self.0.push(']');
        self.0
    }
}

/// An error as JSON text.
pub(crate) fn text(error: &ApiError) -> String {
    // Its fields are texts: they always have a JSON form.
    serde_json::to_string(error).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_protocol::ErrorKind;
    use futures::stream;
    use serde_json::json;

    async fn sent(items: Items) -> Vec<(Duration, Value)> {
        let begun = Instant::now();
        let mut sent = Vec::new();
        forward(items, |text| {
            sent.push((begun.elapsed(), serde_json::from_str(&text).unwrap()));
            true
        })
        .await;
        sent
    }

    fn numbers(count: u64) -> impl futures::Stream<Item = Result<Value, ApiError>> + Send {
        stream::iter(0..count).map(|number| Ok(json!(number)))
    }

    fn every(pause: Duration, count: u64) -> Items {
        let slowly = move |item| async move {
            tokio::time::sleep(pause).await;
            item
        };
        numbers(count).then(slowly).boxed()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_there_comes_at_once_and_in_one_message() {
        assert_eq!(sent(numbers(3).boxed()).await, [(Duration::ZERO, json!([0, 1, 2]))]);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_one_message_a_frame_and_nothing_is_lost() {
        let messages = sent(every(Duration::from_millis(1), 200)).await;
        let gaps = messages.windows(2).map(|pair| pair[1].0 - pair[0].0);
        assert!(gaps.into_iter().all(|gap| gap >= FRAME), "{messages:?}");
        let items: Vec<Value> =
            messages.iter().flat_map(|(_, batch)| batch.as_array().unwrap().clone()).collect();
        assert_eq!(items, (0..200).map(|number| json!(number)).collect::<Vec<_>>());
        assert!(messages.len() <= 200 / 16 + 2, "{} messages", messages.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_rare_item_does_not_wait() {
        let pause = Duration::from_secs(1);
        let messages = sent(every(pause, 3)).await;
        let expected = [(pause, json!([0])), (pause * 2, json!([1])), (pause * 3, json!([2]))];
        assert_eq!(messages, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_comes_after_the_items_and_is_an_object() {
        let error = ApiError::new(ErrorKind::Unavailable, "The engine has gone away.");
        let items = numbers(2).chain(stream::iter([Err(error.clone())])).boxed();
        let messages = sent(items).await;
        assert_eq!(messages[0].1, json!([0, 1]));
        assert_eq!(messages[1].1, serde_json::to_value(error).unwrap());
        assert_eq!(messages.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_feed_without_items_sends_nothing() {
        assert_eq!(sent(stream::empty().boxed()).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn large_items_are_not_piled_up() {
        let large = json!("x".repeat(FULL));
        let items = stream::iter(vec![Ok(large); 3]).boxed();
        let messages = sent(items).await;
        assert_eq!(messages.len(), 3);
        assert_eq!(messages[2].0, FRAME * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_wants_no_more_gets_no_more() {
        let mut messages = 0;
        forward(every(Duration::from_secs(1), 1000), |_| {
            messages += 1;
            messages < 2
        })
        .await;
        assert_eq!(messages, 2);
    }
}

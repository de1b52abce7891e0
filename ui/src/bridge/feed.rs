//! A feed: items that arrive until somebody ends it.

use std::marker::PhantomData;

use aegis_protocol::{self as protocol, ApiError};
use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver};

use super::ipc::{self, Channel};
use super::order::{Arrival, InOrder};

/// An open feed. Dropping it ends it on the engine's side too.
pub(crate) struct Feed<F> {
    arrivals: UnboundedReceiver<Arrival<String>>,
    id: u32,
    _channel: Channel,
    _feed: PhantomData<F>,
}

impl<F: protocol::Feed> Feed<F> {
    /// Opens a feed.
    ///
    /// # Errors
    /// As [`call`](super::call).
    pub(crate) async fn open(request: F) -> Result<Self, ApiError> {
        // Unbounded, since the engine bounds it: it batches, and cuts off whoever is too slow.
        let (sender, arrivals) = mpsc::unbounded();
        let mut order = InOrder::new();
        let channel = Channel::new(move |message| {
            let Some(index) = ipc::property(&message, "index").as_f64() else { return };
            let arrival = match ipc::property(&message, "message").as_string() {
                Some(text) => Arrival::Message(text),
                None => Arrival::End,
            };
            for arrival in order.accept(index as u32, arrival) {
                // The receiver is gone while a last message is on its way: nobody wants it.
                let _ = sender.unbounded_send(arrival);
            }
        })?;
        let id = ipc::stream(F::NAME, &super::write(&request)?, &channel).await?;
        Ok(Self { arrivals, id, _channel: channel, _feed: PhantomData })
    }

    /// Everything that has arrived since the last time, waiting for at least one batch; `None` when the feed has
    /// ended.
    ///
    /// # Errors
    /// The engine's reason for ending the feed.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<F::Item>, ApiError>> {
        let mut items = Vec::new();
        let mut arrival = self.arrivals.next().await?;
        loop {
            match arrival {
                Arrival::Message(text) => match read_batch::<F>(&text) {
                    Ok(batch) => items.extend(batch),
                    Err(error) => return Some(Err(error)),
                },
                Arrival::End => {
                    self.arrivals.close();
                    return (!items.is_empty()).then_some(Ok(items));
                }
            }
            match self.arrivals.try_recv() {
                Ok(more) => arrival = more,
                Err(_) => return Some(Ok(items)),
            }
        }
    }
}

/// An array is a batch; an object is the error that ends the feed.
fn read_batch<F: protocol::Feed>(text: &str) -> Result<Vec<F::Item>, ApiError> {
    if text.starts_with('{') { Err(super::read(text)?) } else { super::read(text) }
}

impl<F> Drop for Feed<F> {
    fn drop(&mut self) {
        ipc::end(self.id);
    }
}

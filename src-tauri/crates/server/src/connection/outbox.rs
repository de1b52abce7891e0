//! What waits to be sent to one client: a short queue, and whoever empties it.

use crate::wire;
use aegis_protocol::{ApiError, ErrorKind, ServerFrame};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::{debug, error, warn};

/// Frames that wait. A feed waits when they are used up: its source is not asked for more.
const WAITING: usize = 16;

/// Takes frames for one client.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    frames: mpsc::Sender<Vec<u8>>,
    broken: CancellationToken,
}

/// The task that sends them.
#[derive(Debug)]
pub(crate) struct Sending(AbortOnDropHandle<()>);

impl Outbox {
    /// Sends what is put in. A client that takes longer than `limit` for a frame is given up.
    pub(crate) fn start(write: OwnedWriteHalf, limit: Duration) -> (Self, Sending) {
        let (frames, waiting) = mpsc::channel(WAITING);
        let broken = CancellationToken::new();
        let task = tokio::spawn(send(write, waiting, limit, broken.clone()));
        (Self { frames, broken }, Sending(AbortOnDropHandle::new(task)))
    }

    /// Puts a frame in, once there is room. It does not say when the client has gone: then the
    /// connection ends anyway.
    ///
    /// # Errors
    /// What to tell the client instead, when the frame cannot be sent.
    pub(crate) async fn put(&self, frame: &ServerFrame) -> Result<(), ApiError> {
        let line = wire::encode(frame).map_err(|error| unsendable(&error))?;
        // It fails only when the client has gone.
        let _ = self.frames.send(line).await;
        Ok(())
    }

    /// Puts a request's last frame in, or an error in its place.
    pub(crate) async fn last(&self, id: u64, frame: &ServerFrame) {
        if let Err(error) = self.put(frame).await {
            error!(id, %error, "an answer cannot be sent");
            self.error(id, error).await;
        }
    }

    /// Puts an error in.
    pub(crate) async fn error(&self, id: u64, error: ApiError) {
        // An error is a few sentences: it always fits.
        let _ = self.put(&ServerFrame::Error { id, error }).await;
    }

    /// Returns when the client can no longer be sent anything.
    pub(crate) async fn broken(&self) {
        self.broken.cancelled().await;
    }
}

impl Sending {
    /// Waits until everything is sent, or the client is given up. Returns only after every
    /// [`Outbox`] has gone.
    pub(crate) async fn finish(self) {
        if let Err(error) = self.0.await {
            warn!(%error, "the sending to a client broke");
        }
    }
}

async fn send(
    mut write: OwnedWriteHalf,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    limit: Duration,
    broken: CancellationToken,
) {
    // Whatever ends this ends the connection.
    let _broken = broken.drop_guard();
    while let Some(line) = waiting.recv().await {
        match timeout(limit, write.write_all(&line)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return debug!(%error, "a client cannot be written to"),
            Err(_) => return warn!(?limit, "a client that does not read was cut off"),
        }
    }
}

fn unsendable(error: &wire::EncodeError) -> ApiError {
    ApiError::new(ErrorKind::Internal, format!("The answer cannot be sent: {error}."))
        .with_hint("Ask for less at once.")
}

//! A feed, over a connection of its own.

use super::{ANSWER, gone, no_answer, parse};
use crate::wire::{self, Line, Lines};
use aegis_api::Items;
use aegis_protocol::{ApiError, ClientFrame, ErrorKind, ServerFrame};
use futures::{StreamExt, stream};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_util::codec::FramedRead;

/// The number of the only request of the connection.
const FEED: u64 = 1;

/// An open feed. Dropping it closes the connection, which ends the feed at the engine.
struct Feed {
    lines: FramedRead<UnixStream, Lines>,
    name: String,
}

/// Opens a feed; returns once the engine has said that it is open.
pub(super) async fn open(
    mut stream: UnixStream,
    name: &str,
    params: Value,
) -> Result<Items, ApiError> {
    let request = ClientFrame::Request { id: FEED, method: name.to_owned(), params };
    let line = wire::encode(&request).map_err(|error| {
        ApiError::new(ErrorKind::Invalid, format!("“{name}” cannot be sent: {error}."))
            .with_hint("Send less at once.")
    })?;
    let opening = async move {
        if stream.write_all(&line).await.is_err() {
            // What the engine said before it closed is still to be read.
            tracing::debug!(name, "a feed's request cannot be written");
        }
        let mut feed =
            Feed { lines: FramedRead::new(stream, Lines::default()), name: name.to_owned() };
        match feed.next().await? {
            ServerFrame::Reply { .. } => Ok(feed),
            other => Err(unexpected(name, &other)),
        }
    };
    let feed = timeout(ANSWER, opening).await.unwrap_or_else(|_| Err(no_answer(name)))?;
    Ok(stream::unfold(Some(feed), |feed| async {
        let mut feed = feed?;
        match feed.next().await {
            Ok(ServerFrame::Item { item, .. }) => Some((Ok(item), Some(feed))),
            Ok(ServerFrame::Ended { .. }) => None,
            Ok(other) => Some((Err(unexpected(&feed.name, &other)), None)),
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed())
}

impl Feed {
    /// The next frame that is no error.
    async fn next(&mut self) -> Result<ServerFrame, ApiError> {
        match self.lines.next().await {
            Some(Ok(Line::Whole(line))) => match parse(&line)? {
                ServerFrame::Error { error, .. } => Err(error),
                frame => Ok(frame),
            },
            Some(Ok(Line::TooLong) | Err(_)) | None => Err(gone()),
        }
    }
}

fn unexpected(name: &str, frame: &ServerFrame) -> ApiError {
    tracing::warn!(name, ?frame, "a frame out of turn");
    ApiError::new(ErrorKind::Internal, format!("The engine's answer to “{name}” is out of turn."))
        .with_hint("Update the older of the two programs.")
}

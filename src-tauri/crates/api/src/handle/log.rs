//! What a run printed.

use crate::Api;
use crate::api::Door;
use crate::dispatch::{Handle, HandleFeed};
use aegis_domain::machine::Refused;
use aegis_domain::{RunId, Timestamp};
use aegis_engine::log::ReadError;
use aegis_ports::LogStream as Source;
use aegis_protocol::{ApiError, ErrorKind, FollowLog, LogLine, LogPage, LogStream, ReadLog};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const DEFAULT_BYTES: usize = 256 * 1024;
const MAX_BYTES: usize = 1024 * 1024;
/// Pages that wait for a follower.
const QUEUE: usize = 4;
/// Between two looks at a log that grows: one page then carries many lines.
const BREATH: Duration = Duration::from_millis(30);

#[async_trait]
impl Handle<ReadLog> for Door {
    async fn handle(&self, request: ReadLog) -> Result<LogPage, ApiError> {
        let limit = request.limit.map_or(DEFAULT_BYTES, |l| (l as usize).min(MAX_BYTES));
        page(&self.api, request.run, request.offset, limit).await
    }
}

#[async_trait]
impl HandleFeed<FollowLog> for Door {
    async fn handle_feed(
        &self,
        request: FollowLog,
    ) -> Result<BoxStream<'static, Result<LogPage, ApiError>>, ApiError> {
        let first = page(&self.api, request.run, request.offset, DEFAULT_BYTES).await?;
        let (send, items) = mpsc::channel(QUEUE);
        tokio::spawn(follow(Arc::clone(&self.api), request.run, first, send));
        let stream = futures::stream::unfold(items, |mut items| async move {
            items.recv().await.map(|item| (item, items))
        });
        Ok(stream.boxed())
    }
}

/// Sends `first`, then every further page, until the run has ended and all was sent.
async fn follow(
    api: Arc<Api>,
    run: RunId,
    first: LogPage,
    send: mpsc::Sender<Result<LogPage, ApiError>>,
) {
    let mut next = Ok(first);
    loop {
        // Listen before looking, so that no growth falls between the two.
        let growth = api.engine().logs().growth(run);
        let (offset, done, empty) = match &next {
            Ok(page) => (page.next_offset, page.complete, page.lines.is_empty()),
            Err(_) => (0, true, false),
        };
        if (!empty || done) && send.send(next).await.is_err() {
            return;
        }
        if done {
            return;
        }
        if empty {
            let grown = async {
                match growth {
                    Some(mut growth) => drop(growth.wait_for(|len| *len > offset).await),
                    // It has ended, and its end is being written down.
                    None => tokio::time::sleep(BREATH).await,
                }
            };
            tokio::select! {
                () = grown => {}
                () = send.closed() => return,
            }
        }
        tokio::time::sleep(BREATH).await;
        next = page(&api, run, offset, DEFAULT_BYTES).await;
    }
}

async fn page(api: &Api, run: RunId, offset: u64, limit: usize) -> Result<LogPage, ApiError> {
    let row = api.read(move |r| r.run(run)).await?;
    let row = row.ok_or_else(|| crate::error::from_refused(&Refused::NoSuchRun))?;
    if let Some(end) = row.end.as_ref().filter(|end| end.log_removed) {
        return Ok(removed(end.at, offset));
    }
    let engine = Arc::clone(&api.parts.engine);
    let page = tokio::task::spawn_blocking(move || engine.logs().read(run, offset, limit))
        .await
        .map_err(|e| ApiError::new(ErrorKind::Internal, format!("Reading failed: {e}.")))?
        .map_err(|e| unreadable(&e))?;
    let end = row.end.map(|end| end.log_len);
    let all_read = page.next_offset >= page.len;
    Ok(LogPage {
        complete: end.is_some() && all_read,
        tail_lost: end.is_some_and(|len| page.len < len),
        next_offset: page.next_offset,
        lines: page
            .lines
            .into_iter()
            .map(|line| LogLine {
                at: line.at,
                stream: match line.stream {
                    Source::Stdout => LogStream::Stdout,
                    Source::Stderr => LogStream::Stderr,
                    Source::Aegis => LogStream::Aegis,
                },
                text: line.text,
                partial: line.partial,
            })
            .collect(),
    })
}

/// What stands in the place of a log that is no longer kept.
fn removed(at: Timestamp, offset: u64) -> LogPage {
    let text = "This log was removed: it was old, or there were too many.".to_owned();
    let line = LogLine { at, stream: LogStream::Aegis, text, partial: false };
    LogPage {
        lines: if offset == 0 { vec![line] } else { Vec::new() },
        next_offset: offset.max(1),
        complete: true,
        tail_lost: false,
    }
}

fn unreadable(error: &ReadError) -> ApiError {
    match error {
        ReadError::NotALine(_) => ApiError::new(ErrorKind::Invalid, format!("{error}."))
            .with_hint("Read from 0, or from a next_offset that was given before."),
        ReadError::Io(_) => ApiError::new(ErrorKind::Internal, format!("{error}."))
            .with_hint("Check the data directory's permissions."),
    }
}

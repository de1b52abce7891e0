//! What the window's page can ask: a call of a method, and feeds.
//!
//! Everything crosses as JSON text, so that no number of 64 bits passes through a JavaScript number.

use crate::engine::Engine;
use aegis_protocol::{ApiError, ErrorKind};
use futures::StreamExt;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

/// Between two messages of a feed: a frame.
const FRAME: Duration = Duration::from_millis(16);
/// Most items of one message.
const BATCH: usize = 256;

/// The feeds that the page follows.
#[derive(Default)]
pub(crate) struct Streams {
    next: AtomicU32,
    open: Mutex<HashMap<u32, JoinHandle<()>>>,
}

impl Streams {
    /// Ends every feed: the page that asked for them is gone.
    pub(crate) fn end_all(&self) {
        for (_, task) in self.lock().drain() {
            task.abort();
        }
    }

    fn end(&self, id: u32) {
        if let Some(task) = self.lock().remove(&id) {
            task.abort();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u32, JoinHandle<()>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls a method. The reply, and the refusal, are JSON.
#[tauri::command]
pub(crate) async fn call(
    app: AppHandle,
    engine: State<'_, Engine>,
    method: String,
    params: String,
) -> Result<String, String> {
    let answer = async {
        let service = engine.service(&app).await?;
        service.call(&method, parse(&params)?).await
    };
    answer.await.map(|reply| reply.to_string()).map_err(|error| text(&error))
}

/// Opens a feed. Each message of the channel is a JSON array of items, or, at its end, an error.
#[tauri::command]
pub(crate) async fn stream(
    app: AppHandle,
    engine: State<'_, Engine>,
    streams: State<'_, Streams>,
    method: String,
    params: String,
    channel: Channel<String>,
) -> Result<u32, String> {
    let open = async {
        let service = engine.service(&app).await?;
        service.open(&method, parse(&params)?).await
    };
    let items = open.await.map_err(|error| text(&error))?;
    let id = streams.next.fetch_add(1, Ordering::Relaxed);
    let task = tauri::async_runtime::spawn(async move {
        let mut batches = items.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let (sent, over) = send(&channel, batch);
            if !sent || over {
                return;
            }
            tokio::time::sleep(FRAME).await;
        }
    });
    streams.lock().insert(id, task);
    Ok(id)
}

/// Ends a feed. One that has ended by itself is as good.
#[tauri::command]
pub(crate) fn stream_end(streams: State<'_, Streams>, id: u32) {
    streams.end(id);
}

/// Sends what has arrived; says whether it could, and whether an error ended the feed.
fn send(channel: &Channel<String>, batch: Vec<Result<Value, ApiError>>) -> (bool, bool) {
    let mut items = Vec::with_capacity(batch.len());
    let mut error = None;
    for item in batch {
        match item {
            Ok(item) => items.push(item),
            Err(e) => error = Some(e),
        }
    }
    let mut sent = items.is_empty() || channel.send(Value::Array(items).to_string()).is_ok();
    if let Some(error) = &error {
        sent = sent && channel.send(text(error)).is_ok();
    }
    (sent, error.is_some())
}

fn parse(params: &str) -> Result<Value, ApiError> {
    serde_json::from_str(params).map_err(|error| {
        ApiError::new(ErrorKind::Invalid, format!("The arguments are not JSON: {error}."))
            .with_hint("This is a fault of the window. Please report it.")
    })
}

fn text(error: &ApiError) -> String {
    serde_json::to_string(error).unwrap_or_else(|_| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_are_not_json_are_refused_with_a_sentence() {
        let refused = parse("{").expect_err("not JSON");
        assert_eq!(refused.kind, ErrorKind::Invalid);
        let sent: ApiError = serde_json::from_str(&text(&refused)).expect("an error is JSON");
        assert_eq!(sent, refused);
    }

    #[test]
    fn numbers_of_64_bits_pass_unchanged() {
        let params = parse(r#"{"after":18446744073709551615}"#).expect("JSON");
        assert_eq!(params.to_string(), r#"{"after":18446744073709551615}"#);
    }
}

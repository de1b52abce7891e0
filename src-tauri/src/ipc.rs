//! What pages may ask: the engine's methods and feeds, as JSON text in both directions.
//!
//! Text, since a 64-bit number must not pass through a JavaScript number.

use crate::backend::Backend;
use crate::batches::text;
use crate::streams::Streams;
use crate::tray;
use aegis_protocol::{ApiError, ErrorKind};
use serde_json::Value;
use std::sync::Arc;
use tauri::ipc::Channel;
use tauri::{AppHandle, State, Webview};

/// Calls a method of the engine.
#[tauri::command]
pub(crate) async fn call(
    app: AppHandle,
    backend: State<'_, Arc<Backend>>,
    method: String,
    params: String,
) -> Result<String, String> {
    let answer = async {
        let params = parse(&method, &params)?;
        backend.service().await?.call(&method, params).await
    };
    let reply = answer.await.map_err(|error| text(&error))?;
    tray::notice(&app, &method, &reply);
    Ok(reply.to_string())
}

/// Opens a feed of the engine, and sends its items into a channel: each message is a JSON array of
/// items, or the error that ended the feed. Returns a number for [`stream_end`].
#[tauri::command]
pub(crate) async fn stream(
    webview: Webview,
    backend: State<'_, Arc<Backend>>,
    streams: State<'_, Streams>,
    method: String,
    params: String,
    channel: Channel<String>,
) -> Result<u32, String> {
    let page = streams.page(webview.label());
    let opened = async {
        let params = parse(&method, &params)?;
        let items = backend.service().await?.open(&method, params).await?;
        streams.start(&page, items, channel)
    };
    opened.await.map_err(|error| text(&error))
}

/// Ends a feed.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "a command takes its arguments in this form")]
pub(crate) fn stream_end(webview: Webview, streams: State<'_, Streams>, id: u32) {
    streams.end(webview.label(), id);
}

fn parse(method: &str, params: &str) -> Result<Value, ApiError> {
    serde_json::from_str(params).map_err(|error| {
        ApiError::new(
            ErrorKind::Invalid,
            format!("The arguments of “{method}” are not JSON: {error}."),
        )
    })
}

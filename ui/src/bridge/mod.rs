//! The only way to the engine: Tauri's IPC, with the types of `aegis-protocol`.
//!
//! Everything crosses as JSON *text*, so that no 64-bit number passes through a JavaScript number. Three commands
//! of the window carry all of it:
//!
//! - `call { method, params }` answers with the reply's JSON, or fails with an [`ApiError`]'s;
//! - `stream { method, params, channel }` answers with a subscription's number; each message on the channel is a
//!   JSON array of items, or an [`ApiError`] that ends the feed. The channel's own end ends it too;
//! - `stream_end { id }` ends a subscription.

mod feed;
mod ipc;
mod order;

pub(crate) use feed::Feed;

use aegis_protocol::{ApiError, ErrorKind, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::messages::t;

/// Calls a method and waits for its reply.
///
/// # Errors
/// The engine's refusal; [`ErrorKind::Unavailable`] outside the window; [`ErrorKind::Internal`] for an answer that
/// cannot be read.
pub(crate) async fn call<M: Method>(request: M) -> Result<M::Reply, ApiError> {
    let reply = ipc::call(M::NAME, &write(&request)?).await?;
    read(&reply)
}

fn write(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|error| unreadable(&error))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| unreadable(&error))
}

fn unreadable(what: &impl ToString) -> ApiError {
    ApiError::new(ErrorKind::Internal, (t().engine.bad_answer)(&what.to_string()))
        .with_hint(t().engine.bad_answer_hint)
}

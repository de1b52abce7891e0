//! The one door: whoever offers Aegis' methods and feeds.

use aegis_protocol::{ApiError, ErrorKind, Feed, Method};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;
use std::sync::Arc;

/// A feed's items, until it ends. An error is its last item.
pub type Items = BoxStream<'static, Result<Value, ApiError>>;

/// Somebody at the other end of a connection, as somebody in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guest {
    /// The process with this number, as the kernel says.
    Process(i32),
    /// An agent that says so itself, and by which name. Only who is less than the user would say so.
    Agent(String),
}

/// Offers the methods and feeds of `aegis-protocol`: the engine of this process, or one at the
/// other end of a socket. Whoever uses it does not know which.
#[async_trait]
pub trait Service: Send + Sync + 'static {
    /// Calls a method by name.
    ///
    /// # Errors
    /// The refusal, with a kind, a sentence and a hint.
    async fn call(&self, method: &str, params: Value) -> Result<Value, ApiError>;

    /// Opens a feed by name. Dropping the items ends it.
    ///
    /// # Errors
    /// The refusal, with a kind, a sentence and a hint.
    async fn open(&self, feed: &str, params: Value) -> Result<Items, ApiError>;

    /// What this one is for a guest; `None` when it is the same for everybody. May look at the
    /// system's processes, and block on that.
    fn for_guest(&self, _guest: &Guest) -> Option<Arc<dyn Service>> {
        None
    }
}

/// Calls a method by its type.
///
/// # Errors
/// What [`Service::call`] refuses, and [`ErrorKind::Internal`] when the two sides do not speak the
/// same version.
pub async fn call<M: Method>(service: &dyn Service, request: M) -> Result<M::Reply, ApiError> {
    let params = serde_json::to_value(request).map_err(|e| mismatch(M::NAME, &e))?;
    let reply = service.call(M::NAME, params).await?;
    serde_json::from_value(reply).map_err(|e| mismatch(M::NAME, &e))
}

/// Opens a feed by its type.
///
/// # Errors
/// As [`call`].
pub async fn open<F: Feed>(
    service: &dyn Service,
    request: F,
) -> Result<BoxStream<'static, Result<F::Item, ApiError>>, ApiError> {
    let params = serde_json::to_value(request).map_err(|e| mismatch(F::NAME, &e))?;
    let items = service.open(F::NAME, params).await?;
    Ok(items.map(|item| serde_json::from_value(item?).map_err(|e| mismatch(F::NAME, &e))).boxed())
}

fn mismatch(name: &str, error: &serde_json::Error) -> ApiError {
    ApiError::new(ErrorKind::Internal, format!("“{name}” was answered in another form: {error}."))
        .with_hint("Update the older of the two programs.")
}

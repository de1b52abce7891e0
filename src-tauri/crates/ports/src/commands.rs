//! What tools, and whoever else acts for a run, may ask of the API above them.

use aegis_domain::{Actor, RunId};
use aegis_protocol::ApiError;
use async_trait::async_trait;
use serde_json::Value;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// As events will name them.
    pub actor: Actor,
    /// The run that asks, when it is one: it answers for what it makes.
    pub run: Option<RunId>,
}

/// The API, for those below it.
#[async_trait]
pub trait Commands: Send + Sync + 'static {
    /// Calls a method of `aegis-protocol` by name.
    ///
    /// # Errors
    /// The refusal, with a kind, a sentence and a hint; also for methods that are not for this
    /// caller.
    async fn call(&self, caller: &Caller, method: &str, params: Value) -> Result<Value, ApiError>;
}

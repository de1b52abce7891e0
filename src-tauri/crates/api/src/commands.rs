//! What those below the API may ask of it.

use crate::api::Api;
use crate::service::Service as _;
use aegis_ports::{Caller, Commands};
use aegis_protocol::ApiError;
use async_trait::async_trait;
use serde_json::Value;

#[async_trait]
impl Commands for Api {
    async fn call(&self, caller: &Caller, method: &str, params: Value) -> Result<Value, ApiError> {
        self.shared_door(caller.actor.clone())?.call(method, params).await
    }
}

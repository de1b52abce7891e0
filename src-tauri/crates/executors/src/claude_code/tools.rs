//! Whether a tool may be used, and that it was.

use async_trait::async_trait;
use serde_json::Value;

/// The tools of one run.
#[async_trait]
pub(super) trait RunTools: Send + Sync + 'static {
    async fn permit(&self, tool: &str, input: &Value, use_id: Option<&str>) -> Permit;
    fn used(&self, used: Used);
}

/// Whether a call may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Permit {
    Go,
    No(String),
    Park,
}

/// How a call of another program's tool went.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Used {
    pub(super) tool: String,
    pub(super) input: Value,
    pub(super) use_id: Option<String>,
    pub(super) took_ms: Option<u64>,
    pub(super) error: Option<String>,
    pub(super) session: Option<String>,
}

//! What stands between an agent and the tools that it calls.

use aegis_domain::ErrorCategory;
use async_trait::async_trait;
use serde_json::Value;
use std::sync::Arc;

use crate::{Job, RunHandle};

/// Opens the door to tools for one run after the other.
pub trait ToolHost: Send + Sync + 'static {
    /// The door of one run. `workspace` is the folder in which it works, and `sealed` says that
    /// nothing that it starts can reach the network.
    fn open(
        &self,
        job: &Job,
        workspace: Option<&str>,
        sealed: bool,
        handle: Arc<dyn RunHandle>,
    ) -> Arc<dyn RunTools>;
}

/// The tools of one run. Whatever comes through here is decided about outside the model, and is
/// remembered.
#[async_trait]
pub trait RunTools: Send + Sync + 'static {
    /// Aegis' own tools that the run may know of.
    fn list(&self) -> Vec<ToolInfo>;

    /// Calls one of Aegis' own tools: decides, does it, and notes it.
    async fn call(&self, tool: &str, input: Value) -> ToolAnswer;

    /// Whether a call of a tool that another program has may be made. `use_id` is what that program
    /// calls the call.
    async fn permit(&self, tool: &str, input: &Value, use_id: Option<&str>) -> Permit;

    /// A call of a tool that another program has is over.
    fn used(&self, used: Used);

    /// The program at the other end has said what it is called. Nobody has checked that.
    fn introduced(&self, _client: &str) {}
}

/// One of Aegis' own tools.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is for, for whoever chooses between tools.
    pub description: &'static str,
    /// What it is called with, as a JSON Schema.
    pub schema: Value,
    /// It changes nothing.
    pub read_only: bool,
}

/// Whether a call may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permit {
    /// It may.
    Go,
    /// It may not; a sentence for the agent.
    No(String),
    /// A person is asked and has not answered: the run has to end, and goes on with the answer.
    Park,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolAnswer {
    /// It did it.
    Done(Value),
    /// It did not.
    Failed {
        /// What kind of error.
        category: ErrorCategory,
        /// A sentence for the agent.
        message: String,
    },
    /// A person is asked and has not answered: the run has to end, and goes on with the answer.
    Park,
}

/// How a call of another program's tool went.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// The tool.
    pub tool: String,
    /// What it was called with.
    pub input: Value,
    /// What the program calls the call.
    pub use_id: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// What went wrong, if something did.
    pub error: Option<String>,
    /// Tokens of the model that the call took, where they are told apart.
    pub tokens: Option<u64>,
    /// The artifact of the run that is a picture of what it showed.
    pub screenshot: Option<String>,
    /// The session of the agent.
    pub session: Option<String>,
}

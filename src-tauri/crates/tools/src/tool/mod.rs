//! The tools, one family a file.

pub(crate) mod change;
pub(crate) mod file;
pub(crate) mod person;
mod schedule;
pub(crate) mod spawn;
pub(crate) mod tasks;

use crate::registry::ToolError;
use aegis_domain::machine::Asks;
use aegis_domain::{ErrorCategory, TaskId, TaskNumber};
use aegis_ports::{Answered, Caller, Commands, Notifier, RunHandle, Speaker};
use aegis_protocol::Method;
use std::sync::Arc;

/// What a tool works with.
pub(crate) struct Work<'a> {
    pub(crate) commands: &'a dyn Commands,
    pub(crate) caller: &'a Caller,
    /// The run that calls; absent for whoever calls from outside.
    pub(crate) run: Option<&'a Arc<dyn RunHandle>>,
    /// The task that it works for.
    pub(crate) task: Option<(TaskId, TaskNumber)>,
    /// The folder in which it works.
    pub(crate) workspace: Option<&'a str>,
    /// The user's time zone.
    pub(crate) zone: &'a str,
    pub(crate) notifier: &'a dyn Notifier,
    pub(crate) speaker: &'a dyn Speaker,
}

impl Work<'_> {
    /// Calls a method of the API.
    pub(crate) async fn ask_api<M: Method>(&self, request: M) -> Result<M::Reply, ToolError> {
        let broken = |error: serde_json::Error| {
            ToolError::new(ErrorCategory::Internal, format!("{} broke: {error}.", M::NAME))
        };
        let params = serde_json::to_value(request).map_err(broken)?;
        let reply = self.commands.call(self.caller, M::NAME, params).await?;
        serde_json::from_value(reply).map_err(broken)
    }

    /// Asks a person, if there is a run that can wait for them.
    pub(crate) async fn ask_person(&self, asks: Asks) -> Result<Option<String>, ToolError> {
        let Some(run) = self.run else {
            let message = "Nobody can be asked from here: only a run of Aegis can wait for an \
                           answer. Ask in your own conversation.";
            return Err(ToolError::new(ErrorCategory::PolicyDenied, message));
        };
        match run.ask(asks).await {
            Answered::Yes(words) => Ok(words),
            Answered::No(words) => {
                let words = words.map_or_else(String::new, |words| format!(": {words}"));
                let message = format!("The person did not want to answer{words}.");
                Err(ToolError::new(ErrorCategory::PolicyDenied, message))
            }
            Answered::Park => Err(ToolError::park()),
            Answered::Lost => Err(ToolError::new(
                ErrorCategory::Interrupted,
                "This run is over: nobody waits for its questions any more.",
            )),
        }
    }
}

//! Tools for programs that Aegis did not start.

use crate::gate::{self, For, Gate};
use aegis_domain::policy::Taint;
use aegis_domain::{Actor, ApprovalPolicy};
use aegis_ports::{
    Caller, Clock, Commands, Notifier, Permit, RunTools, Speaker, ToolAnswer, ToolInfo, Used,
};
use async_trait::async_trait;
use serde_json::Value;
use std::sync::Arc;

/// Tools for somebody who came by themselves: nothing is asked of a person for them, and what needs
/// a word is refused unless there is a rule.
pub struct Visitor {
    gate: Gate,
}

impl Visitor {
    /// Tools for whoever calls itself `name`, in `workspace` if it works in a folder.
    #[must_use]
    pub fn new(
        name: &str,
        workspace: Option<String>,
        commands: Arc<dyn Commands>,
        notifier: Arc<dyn Notifier>,
        speaker: Arc<dyn Speaker>,
        clock: Arc<dyn Clock>,
        zone: String,
    ) -> Self {
        let who = For {
            caller: Caller { actor: Actor::Agent(name.to_owned()), run: None },
            task: None,
            policy: ApprovalPolicy::Inherit,
            rules: Vec::new(),
            workspace,
            sealed: false,
            run: None,
            session: None,
        };
        let parts = gate::parts(commands, notifier, speaker, clock, zone);
        Self { gate: Gate::new(parts, who, Taint::default()) }
    }
}

#[async_trait]
impl RunTools for Visitor {
    fn list(&self) -> Vec<ToolInfo> {
        self.gate.list()
    }

    async fn call(&self, tool: &str, input: Value) -> ToolAnswer {
        self.gate.call(tool, input).await
    }

    async fn permit(&self, tool: &str, input: &Value, use_id: Option<&str>) -> Permit {
        self.gate.permit(tool, input, use_id).await
    }

    fn used(&self, used: Used) {
        self.gate.used(used);
    }
}

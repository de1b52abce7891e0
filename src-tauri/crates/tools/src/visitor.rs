//! Tools for programs that Aegis did not start.

use crate::gate::{self, For, Gate};
use aegis_domain::policy::Taint;
use aegis_domain::{Actor, ApprovalPolicy};
use aegis_ports::{Caller, Clock, Commands, Notifier, RunTools, Speaker};
use std::sync::Arc;

/// The door for somebody who came by themselves and is called `name`, working in `workspace` if they
/// work in a folder: nothing is asked of a person for them, and what needs a word is refused unless
/// there is a rule.
#[must_use]
pub fn visitor(
    name: &str,
    workspace: Option<String>,
    commands: Arc<dyn Commands>,
    notifier: Arc<dyn Notifier>,
    speaker: Arc<dyn Speaker>,
    clock: Arc<dyn Clock>,
    zone: String,
) -> Arc<dyn RunTools> {
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
    Arc::new(Gate::new(parts, who, Taint::default()))
}

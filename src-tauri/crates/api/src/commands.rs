//! What those below the API may ask of it.

use crate::api::Api;
use crate::service::Service as _;
use aegis_domain::Actor;
use aegis_ports::{Caller, Commands};
use aegis_protocol::{ApiError, ErrorKind};
use async_trait::async_trait;
use serde_json::Value;

/// What an agent's tools call, and what the door in front of them has to know. Nothing that answers
/// for a person, makes a rule, or changes how Aegis itself works is among them.
const FOR_AGENTS: [&str; 9] = [
    "task.create",
    "task.show",
    "task.list",
    "task.edit",
    "task.cancel",
    "task.run",
    "log.read",
    "rule.list",
    "tool_use.note",
];

/// Fields of a task that an agent cannot set: they are what holds it.
const NOT_FOR_AGENTS: [&str; 3] = ["approval_policy", "budget", "schedule_budget"];

#[async_trait]
impl Commands for Api {
    async fn call(&self, caller: &Caller, method: &str, params: Value) -> Result<Value, ApiError> {
        if matches!(caller.actor, Actor::Agent(_)) {
            may(method, &params)?;
        }
        self.shared_door(caller.actor.clone())?.call(method, params).await
    }
}

fn may(method: &str, params: &Value) -> Result<(), ApiError> {
    if !FOR_AGENTS.contains(&method) {
        let message = format!("“{method}” is not for agents.");
        return Err(ApiError::new(ErrorKind::Refused, message)
            .with_hint("Let the user do it: ask with ask_user."));
    }
    let sets = |field: &&&str| {
        params.pointer(&format!("/task/{field}")).is_some_and(|value| !value.is_null())
            || params.pointer(&format!("/edit/{field}")).is_some()
    };
    match NOT_FOR_AGENTS.iter().find(sets) {
        None => Ok(()),
        Some(field) => {
            let message = format!("An agent cannot set the {field} of a task.");
            Err(ApiError::new(ErrorKind::Refused, message)
                .with_hint("Let the user do it: ask with ask_user."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_agent_cannot_answer_for_a_person_or_loosen_what_holds_it() {
        for method in [
            "task.answer",
            "approval.allow_always",
            "rule.make",
            "rule.remove",
            "rule.propose",
            "settings.update",
            "roots.add",
            "engine.stop",
            "task.delete",
            "task.purge",
        ] {
            let refused = may(method, &json!({})).unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Refused, "{method}");
        }
        let loose = json!({"task": {"title": "a", "approval_policy": "allow"}});
        assert!(may("task.create", &loose).is_err());
        for field in ["budget", "schedule_budget"] {
            assert!(may("task.edit", &json!({"task": 1, "edit": {field: null}})).is_err());
        }
        assert!(may("task.create", &json!({"task": {"title": "a"}})).is_ok());
    }
}

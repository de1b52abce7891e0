//! What somebody who is not the user cannot ask for.

use aegis_domain::Actor;
use aegis_engine::CallingRun;
use aegis_protocol::{ApiError, ErrorKind};
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

/// What only the user does: answering what a person is asked, rules, settings, keys, and letting go
/// of what they hold back.
const FOR_THE_USER: [&str; 13] = [
    "task.answer",
    "task.review",
    "task.release",
    "approval.allow_always",
    "rule.make",
    "rule.remove",
    "rule.propose",
    "settings.update",
    "roots.add",
    "roots.remove",
    "key.set",
    "key.test",
    "key.remove",
];

/// Fields of a task that an agent cannot set: they are what holds it.
const NOT_FOR_AGENTS: [&str; 3] = ["approval_policy", "budget", "schedule_budget"];

/// Methods that say which run asks, so that what runs set off stays limited.
const HAVE_AN_ORIGIN: [&str; 5] =
    ["task.create", "task.run", "task.continue", "template.use", "quick_add.add"];

/// Who comes through a door, as far as that keeps them from something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The user, or Aegis itself.
    None,
    /// An agent, by the tools of Aegis or as a client of `aegis mcp`.
    Agent,
    /// A program of a run, which calls `aegis` itself.
    Run(CallingRun),
    /// A program that ended before one could see whose it was.
    Gone,
}

impl Hold {
    /// What keeps somebody who is known by more than their process.
    pub(crate) const fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Agent(_) => Self::Agent,
            Actor::Human(_) | Actor::System => Self::None,
        }
    }

    /// Whether a method may be called.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`], with what to do instead.
    pub(crate) fn check(&self, method: &str, params: &Value) -> Result<(), ApiError> {
        match self {
            Self::None => Ok(()),
            Self::Agent => agent(method, params),
            Self::Run(_) | Self::Gone => self.program(method, params),
        }
    }

    /// The run that asks, by what the kernel says: its program may have taken the variable away that
    /// names it.
    pub(crate) fn origin(&self, method: &str, mut params: Value) -> Value {
        if let Self::Run(run) = self
            && HAVE_AN_ORIGIN.contains(&method)
            && let Value::Object(fields) = &mut params
        {
            fields.insert("origin".to_owned(), run.run.to_string().into());
        }
        params
    }

    /// A program of a run makes tasks and follows them like anybody; what holds its run it cannot
    /// take away.
    fn program(&self, method: &str, params: &Value) -> Result<(), ApiError> {
        let who = match self {
            Self::Run(run) => format!("A program of task #{} ({})", run.task, run.agent),
            _ => "A program that has ended".to_owned(),
        };
        let hint = "Do it yourself, in the window or in a terminal that no task has started.";
        let refused = |what: String| {
            let message = format!("{who} asked for {what}, and that is for you alone.");
            Err(ApiError::new(ErrorKind::Refused, message).with_hint(hint))
        };
        if FOR_THE_USER.contains(&method) {
            return refused(format!("“{method}”"));
        }
        let field = match method {
            // What a task costs at most may be said of a new one; not raised afterwards.
            "task.create" | "template.save" | "template.use" | "quick_add.add" => {
                names(params, "approval_policy").then_some("approval_policy")
            }
            // To take one away is to raise it.
            "task.edit" => NOT_FOR_AGENTS
                .into_iter()
                .find(|field| params.pointer(&format!("/edit/{field}")).is_some()),
            _ => None,
        };
        match field {
            Some(field) => refused(format!("another {field} of a task")),
            None => Ok(()),
        }
    }
}

fn agent(method: &str, params: &Value) -> Result<(), ApiError> {
    let hint = "Let the user do it: ask with ask_user.";
    if !FOR_AGENTS.contains(&method) {
        let message = format!("“{method}” is not for agents.");
        return Err(ApiError::new(ErrorKind::Refused, message).with_hint(hint));
    }
    let sets = |field: &&str| {
        params.pointer(&format!("/task/{field}")).is_some_and(|value| !value.is_null())
            || params.pointer(&format!("/edit/{field}")).is_some()
    };
    match NOT_FOR_AGENTS.into_iter().find(sets) {
        None => Ok(()),
        Some(field) => {
            let message = format!("An agent cannot set the {field} of a task.");
            Err(ApiError::new(ErrorKind::Refused, message).with_hint(hint))
        }
    }
}

/// Whether a field of this name is set, however deep.
fn names(value: &Value, field: &str) -> bool {
    match value {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| (name == field && !value.is_null()) || names(value, field)),
        Value::Array(all) => all.iter().any(|value| names(value, field)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{RunId, TaskNumber};
    use serde_json::json;

    fn program() -> Hold {
        let run = RunId("0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f".parse().unwrap());
        Hold::Run(CallingRun { run, task: TaskNumber(7), agent: "claude_code".to_owned() })
    }

    #[test]
    fn neither_an_agent_nor_a_program_of_a_run_answers_for_a_person_or_loosens_what_holds_it() {
        let held = [
            "task.answer",
            "approval.allow_always",
            "rule.make",
            "rule.remove",
            "rule.propose",
            "settings.update",
            "roots.add",
            "key.set",
        ];
        for hold in [Hold::Agent, program(), Hold::Gone] {
            for method in held {
                let refused = hold.check(method, &json!({})).unwrap_err();
                assert_eq!(refused.kind, ErrorKind::Refused, "{method}");
                assert!(refused.hint.is_some());
            }
            let loose = json!({"task": {"title": "a", "approval_policy": "allow"}});
            assert!(hold.check("task.create", &loose).is_err());
            for field in ["budget", "schedule_budget"] {
                for more in [json!("100"), json!(null)] {
                    let edit = json!({"task": 1, "edit": {field: more}});
                    assert!(hold.check("task.edit", &edit).is_err(), "{edit}");
                }
            }
            assert!(hold.check("task.create", &json!({"task": {"title": "a"}})).is_ok());
        }
        for method in held {
            assert!(Hold::None.check(method, &json!({})).is_ok(), "{method}");
        }
    }

    #[test]
    fn an_agent_has_nine_methods_and_a_program_of_a_run_most() {
        for method in ["engine.stop", "task.delete", "task.purge", "fact.set"] {
            assert!(Hold::Agent.check(method, &json!({})).is_err(), "{method}");
            assert!(program().check(method, &json!({})).is_ok(), "{method}");
        }
        let refused = program().check("rule.make", &json!({})).unwrap_err();
        assert_eq!(
            refused.message,
            "A program of task #7 (claude_code) asked for “rule.make”, and that is for you alone."
        );
        let template = json!({"name": "t", "task": {"approval_policy": "allow"}});
        assert!(program().check("template.save", &template).is_err());
    }
}

//! What a task itself says of tools, as rules for that task.
//!
//! The notation is that of Claude Code (`Bash`, `Edit`, `Bash(git diff:*)`, `mcp__files__read`):
//! whoever made the task wrote it there.

use aegis_domain::policy::{Effect, InputMatch, NewRule, Pattern, Rule, RuleId};
use aegis_domain::{Actor, TaskId, Timestamp};
use serde_json::Value;
use uuid::Uuid;

/// The rules that the settings of a task's executor make.
pub(crate) fn of_settings(settings: &Value, task: TaskId) -> Vec<Rule> {
    let named = |field: &str, effect: Effect| {
        let tools = settings.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
        tools
            .iter()
            .filter_map(Value::as_str)
            .filter_map(|words| rule(words, effect))
            .map(|says| Rule {
                id: RuleId(Uuid::nil()),
                says: NewRule { task: Some(task), ..says },
                by: Actor::System,
                at: Timestamp::UNIX_EPOCH,
            })
            .collect::<Vec<_>>()
    };
    let mut rules = named("allowed_tools", Effect::Allow);
    rules.extend(named("disallowed_tools", Effect::Deny));
    rules
}

/// `None` for what cannot be said by a rule: then it is asked about.
fn rule(words: &str, effect: Effect) -> Option<NewRule> {
    let words = words.trim();
    let Some((tool, inner)) = words.split_once('(') else {
        return Some(NewRule::new(effect, Pattern::new(words).ok()?));
    };
    let inner = inner.strip_suffix(')')?;
    let is = match inner.strip_suffix(":*") {
        Some(start) => Pattern::new(&format!("{start}*")).ok()?,
        None => Pattern::new(inner).ok()?,
    };
    let at = match tool {
        "Bash" => "/command",
        "Read" | "Edit" | "Write" | "MultiEdit" => "/file_path",
        "WebFetch" => "/url",
        _ => return None,
    };
    let rule = NewRule::new(effect, Pattern::new(tool).ok()?);
    Some(NewRule { input: vec![InputMatch { at: at.to_owned(), is }], ..rule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::policy::{Call, Nature, Reach};
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("Bash", "Bash", json!({"command": "anything"}), true)]
    #[case("Bash(git diff:*)", "Bash", json!({"command": "git diff HEAD"}), true)]
    #[case("Bash(git diff:*)", "Bash", json!({"command": "git diff; rm -rf ~"}), false)]
    #[case("Bash(git diff:*)", "Bash", json!({"command": "git push"}), false)]
    #[case("Edit(/src/*)", "Edit", json!({"file_path": "/src/a.rs"}), true)]
    #[case("Edit(/src/*)", "Edit", json!({"file_path": "/src/../etc/passwd"}), false)]
    #[case("Strange(x)", "Strange", json!({"x": 1}), false)]
    #[case("mcp__files__read", "mcp__files__read", json!({}), true)]
    fn the_notation_is_read_narrowly(
        #[case] words: &str,
        #[case] tool: &str,
        #[case] input: Value,
        #[case] allowed: bool,
    ) {
        let task = TaskId(Uuid::nil());
        let rules = of_settings(&json!({ "allowed_tools": [words] }), task);
        let nature = Nature::of(Reach::Run);
        let call = Call { tool, input: &input, nature, task: Some(task), workspace: None };
        assert_eq!(rules.iter().any(|rule| rule.says.matches(&call)), allowed);
    }
}

//! A rule: what a person decided once, for calls to come.

use super::{Call, Pattern};
use crate::text::Invalid;
use crate::visible::{is_hidden, one_line};
use crate::{Actor, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use uuid::Uuid;

/// Most rules: each of them is looked at on every call.
pub const MAX_RULES: usize = 2_000;
/// Most conditions of one rule.
const MAX_MATCHES: usize = 16;
/// Most characters of a note.
const MAX_NOTE: usize = 200;

/// A rule's identity (UUIDv7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub Uuid);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for RuleId {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(s).map(Self)
    }
}

/// What happens with the calls that a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// They are let through.
    Allow,
    /// A person is asked each time.
    Ask,
    /// They are refused.
    Deny,
}

/// What one part of the input has to look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputMatch {
    /// Which part: a JSON pointer (RFC 6901), such as `/command`.
    pub at: String,
    /// What it looks like; anything that is no text is compared as its JSON.
    pub is: Pattern,
}

impl InputMatch {
    /// A part as people write it: `command`, or `a.b` for what is inside; what begins with `/` is
    /// a JSON pointer already.
    ///
    /// # Errors
    /// [`Invalid`] when nothing is named: without a part the rule would mean every call.
    pub fn of(part: &str, is: Pattern) -> Result<Self, Invalid> {
        let at = match part.trim() {
            "" => {
                let message = "Nothing says which part of the input is meant.";
                return Err(Invalid::new("input", message, "Name it, such as command."));
            }
            pointer if pointer.starts_with('/') => pointer.to_owned(),
            name => format!("/{}", name.replace('~', "~0").replace('.', "/")),
        };
        Ok(Self { at, is })
    }
}

/// A rule before it has an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// What happens.
    pub effect: Effect,
    /// With calls of which tools.
    pub tool: Pattern,
    /// With which input; every one has to hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<InputMatch>,
    /// Only for work in this folder or below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// Only for this task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// Why there is this rule, in somebody's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a person decided once, for calls to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Identity.
    pub id: RuleId,
    /// What it says.
    #[serde(flatten)]
    pub says: NewRule,
    /// Who made it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl NewRule {
    /// A rule for every call of a tool.
    #[must_use]
    pub const fn new(effect: Effect, tool: Pattern) -> Self {
        Self { effect, tool, input: Vec::new(), workspace: None, task: None, note: String::new() }
    }

    /// The rule, if it can stand.
    ///
    /// # Errors
    /// [`Invalid`], with the field.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.input.len() > MAX_MATCHES {
            let message = format!("The rule has more than {MAX_MATCHES} conditions.");
            return Err(Invalid::new("input", message, "Make two rules of it."));
        }
        if let Some(wrong) = self.input.iter().find(|m| !(m.at.is_empty() || m.at.starts_with('/')))
        {
            let shown: String = wrong.at.chars().filter(|c| !is_hidden(*c)).take(60).collect();
            return Err(Invalid::new(
                "input",
                format!("“{shown}” does not say which part of the input is meant."),
                "Begin it with /, such as /command.",
            ));
        }
        if let Some(workspace) = &self.workspace
            && (!workspace.starts_with('/') || has_dots(workspace))
        {
            return Err(Invalid::new(
                "workspace",
                "The workspace of a rule has to be a whole path.",
                "Begin it with / and leave .. out.",
            ));
        }
        if self.note.chars().count() > MAX_NOTE || self.note.chars().any(is_hidden) {
            let message = format!("The note has more than {MAX_NOTE} characters, or hidden ones.");
            return Err(Invalid::new("note", message, "Make it one short line."));
        }
        Ok(())
    }

    /// Whether it is about one input and no other.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.input.is_empty() && self.input.iter().all(|part| part.is.is_exact())
    }

    /// Whether a call is meant.
    ///
    /// A rule that lets through is read narrowly (a star in it stands for nothing that would make
    /// a second command, and a path with `..` is never meant); one that refuses or asks is read
    /// broadly.
    #[must_use]
    pub fn matches(&self, call: &Call<'_>) -> bool {
        let narrow = self.effect == Effect::Allow;
        let fits = |m: &InputMatch| {
            let Some(value) = call.input.pointer(&m.at) else { return false };
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            if narrow && !m.is.is_exact() {
                m.is.matches_plainly(&text) && !has_dots(&text)
            } else {
                m.is.matches(&text)
            }
        };
        self.tool.matches(call.tool)
            && self.task.is_none_or(|task| call.task == Some(task))
            && self
                .workspace
                .as_deref()
                .is_none_or(|of| call.workspace.is_some_and(|w| within(w, of)))
            && self.input.iter().all(fits)
    }
}

/// What it says, as a sentence without its end: `allow Bash when command is “cargo test”`.
impl fmt::Display for NewRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effect = match self.effect {
            Effect::Allow => "allow",
            Effect::Ask => "always ask about",
            Effect::Deny => "refuse",
        };
        match self.tool.as_str() {
            "*" => write!(f, "{effect} every tool")?,
            tool => write!(f, "{effect} {}", shown(tool))?,
        }
        for (n, part) in self.input.iter().enumerate() {
            let joint = if n == 0 { "when" } else { "and" };
            let name = part.at.trim_start_matches('/').replace('/', ".");
            let name = if name.is_empty() { "the whole input".to_owned() } else { name };
            let verb = if part.is.is_exact() { "is" } else { "looks like" };
            write!(f, " {joint} {} {verb} “{}”", shown(&name), shown(part.is.as_str()))?;
        }
        if let Some(workspace) = &self.workspace {
            write!(f, ", in {}", shown(workspace))?;
        }
        Ok(())
    }
}

/// Text from outside, not too long, with what cannot be seen written out: what is read is what has
/// to match.
fn shown(text: &str) -> String {
    const MAX: usize = 200;
    let head: String = text.chars().take(MAX).collect();
    let mut shown = one_line(&head).into_owned();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a path leads upwards somewhere.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

fn within(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    !has_dots(path)
        && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Nature, Reach};
    use serde_json::json;

    fn rule(effect: Effect, at: &str, is: &str) -> NewRule {
        let input = vec![InputMatch { at: at.to_owned(), is: Pattern::new(is).unwrap() }];
        NewRule { input, ..NewRule::new(effect, Pattern::new("Bash").unwrap()) }
    }

    fn meant(rule: &NewRule, input: &Value) -> bool {
        let nature = Nature::of(Reach::Run);
        let call = Call { tool: "Bash", input, nature, task: None, workspace: Some("/home/me/a") };
        rule.matches(&call)
    }

    #[test]
    fn what_is_let_through_is_read_narrowly_and_what_is_refused_broadly() {
        let allow = rule(Effect::Allow, "/command", "git *");
        assert!(meant(&allow, &json!({"command": "git status"})));
        for other in [
            json!({"command": "git status; rm -rf ~"}),
            json!({"command": "git add ../../.ssh/id"}),
            json!({"command": ["git", "status"]}),
            json!({"cmd": "git status"}),
            json!("git status"),
        ] {
            assert!(!meant(&allow, &other), "{other}");
        }
        let deny = rule(Effect::Deny, "/command", "*rm *");
        assert!(meant(&deny, &json!({"command": "git status; rm -rf ~"})));
    }

    #[test]
    fn a_workspace_covers_what_is_below_it_alone() {
        let of = |workspace: &str| NewRule {
            workspace: Some(workspace.to_owned()),
            ..rule(Effect::Allow, "/command", "ls")
        };
        let input = json!({"command": "ls"});
        assert!(meant(&of("/home/me"), &input) && meant(&of("/home/me/a/"), &input));
        assert!(!meant(&of("/home/m"), &input) && !meant(&of("/home/me/a/b"), &input));
    }

    #[test]
    fn a_rule_is_told_in_words() {
        let rule = rule(Effect::Allow, "/command", "git *");
        let rule = NewRule { workspace: Some("/home/me".into()), ..rule };
        assert_eq!(rule.to_string(), "allow Bash when command looks like “git *”, in /home/me");
        let all = NewRule::new(Effect::Deny, Pattern::new("*").unwrap());
        assert_eq!(all.to_string(), "refuse every tool");
    }

    /// A rule that reads like another one would let through what nobody has read.
    #[test]
    fn nothing_that_a_rule_asks_for_is_left_out_of_its_words() {
        let hidden = rule(Effect::Allow, "/command", "ls\u{202e}\0\n\u{200b}x");
        assert_eq!(hidden.to_string(), "allow Bash when command is “ls<U+202E><U+0000>␊<U+200B>x”");
        let tool = NewRule::new(Effect::Allow, Pattern::new("Ba\u{200b}sh").unwrap());
        assert_eq!(tool.to_string(), "allow Ba<U+200B>sh");
        assert_ne!(hidden.to_string(), rule(Effect::Allow, "/command", "lsx").to_string());
    }

    #[test]
    fn a_part_is_named_as_people_write_it() {
        let at = |part: &str| InputMatch::of(part, Pattern::new("x").unwrap()).map(|m| m.at);
        assert_eq!(at(" command ").unwrap(), "/command");
        assert_eq!(at("a.b~c").unwrap(), "/a/b~0c");
        assert_eq!(at("/e~1f").unwrap(), "/e~1f");
        // Without a part the pattern would hold for nothing, and the rule for every call.
        assert_eq!(at("  ").unwrap_err().field, "input");
    }

    #[test]
    fn a_rule_that_cannot_stand_is_refused_with_its_field() {
        let refused = |rule: NewRule| rule.check().unwrap_err().field;
        let good = rule(Effect::Allow, "/command", "ls");
        assert!(good.check().is_ok());
        assert_eq!(refused(rule(Effect::Allow, "command", "ls")), "input");
        assert_eq!(refused(NewRule { workspace: Some("a".into()), ..good.clone() }), "workspace");
        assert_eq!(
            refused(NewRule { workspace: Some("/a/../b".into()), ..good.clone() }),
            "workspace"
        );
        assert_eq!(refused(NewRule { note: "x".repeat(201), ..good.clone() }), "note");
        let many = vec![good.input[0].clone(); 17];
        assert_eq!(refused(NewRule { input: many, ..good }), "input");
    }
}

//! A tool use: one call of a tool by an agent, as it is remembered.

use crate::policy::{InputHash, Nature};
use crate::visible::is_hidden;
use crate::{ErrorCategory, Invalid, OccurrenceId, RunId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most bytes of the parameters that are kept, as JSON.
pub const MAX_KEPT_INPUT: usize = 8 * 1024;

/// How a call got past the policy, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// It needed no word.
    Free,
    /// A person said yes.
    Granted,
    /// A person, a rule or the task said no.
    Refused,
    /// Nothing stood in between: the session is not one of Aegis' own.
    Unwatched,
}

/// One call of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolUse {
    /// The tool's name.
    pub tool: String,
    /// When it was called.
    pub at: Timestamp,
    /// How long it took, in milliseconds; absent when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
    /// Whether it did what it was called for.
    pub success: bool,
    /// What went wrong, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What kind of error that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ErrorCategory>,
    /// What it was called with: redacted, and cut where it is long.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub parameters: Value,
    /// The hash of what it was called with.
    pub hash: InputHash,
    /// What it could do.
    pub nature: Nature,
    /// How it got past the policy.
    pub passage: Passage,
    /// Tokens of the model that the call took, where they are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Where a picture of what it showed is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<String>,
    /// The session of the agent that called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// What the client called itself that came by itself; nobody has checked that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The task, if it was called for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The piece of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<OccurrenceId>,
    /// The attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
}

/// Most characters of a tool's name.
const MAX_NAME: usize = 200;
/// Most characters of an error.
const MAX_ERROR: usize = 2_000;
/// Most characters of a session and of a path.
const MAX_PATH: usize = 4_096;

impl ToolUse {
    /// The same with everything in bounds: what is long is cut, and parameters that are too large
    /// are left out.
    ///
    /// # Errors
    /// [`Invalid`] for a tool without a name that can be shown.
    pub fn bounded(mut self) -> Result<Self, Invalid> {
        if self.tool.is_empty()
            || self.tool.chars().count() > MAX_NAME
            || self.tool.chars().any(is_hidden)
        {
            let message = format!("A tool has a name of 1 to {MAX_NAME} characters.");
            return Err(Invalid::new("tool", message, "Give the name that the agent uses."));
        }
        let cut = |text: &mut Option<String>, most: usize| {
            if let Some(long) = text.as_mut().filter(|text| text.chars().count() > most) {
                *long = long.chars().take(most).collect();
            }
        };
        cut(&mut self.error, MAX_ERROR);
        cut(&mut self.session, MAX_PATH);
        cut(&mut self.client, MAX_NAME);
        cut(&mut self.screenshot, MAX_PATH);
        if self.parameters.to_string().len() > MAX_KEPT_INPUT {
            self.parameters = kept(&self.parameters);
        }
        Ok(self)
    }
}

/// What is kept of an input: all of it, or of a large one its texts cut to a length at which all of
/// it fits.
#[must_use]
pub fn kept(input: &Value) -> Value {
    let mut most = MAX_KEPT_INPUT;
    let mut kept = input.clone();
    while kept.to_string().len() > MAX_KEPT_INPUT {
        most /= 2;
        if most < 16 {
            return Value::String(format!("{} bytes", input.to_string().len()));
        }
        kept = shortened(input, most);
    }
    kept
}

fn shortened(value: &Value, most: usize) -> Value {
    match value {
        Value::String(text) if text.len() > most => {
            let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            Value::String(format!("{}… ({} bytes)", &text[..end], text.len()))
        }
        Value::Array(items) => items.iter().take(most).map(|item| shortened(item, most)).collect(),
        Value::Object(fields) => fields
            .iter()
            .take(most)
            .map(|(name, value)| (name.clone(), shortened(value, most)))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_small_input_is_kept_whole_and_a_large_one_is_cut() {
        let small = json!({"command": "ls", "list": [1, 2]});
        assert_eq!(kept(&small), small);
        for large in [
            json!({"content": "ä".repeat(50_000), "path": "a"}),
            json!({"a": {"b": vec!["x".repeat(500); 500]}}),
            json!(vec![0; 100_000]),
        ] {
            let kept = kept(&large);
            assert!(kept.to_string().len() <= MAX_KEPT_INPUT, "{}", kept.to_string().len());
            assert_ne!(kept, large);
        }
        let cut = kept(&json!({"content": "x".repeat(50_000), "path": "a"}));
        assert_eq!(cut["path"], "a");
        assert!(cut["content"].as_str().unwrap().ends_with("(50000 bytes)"));
    }
}

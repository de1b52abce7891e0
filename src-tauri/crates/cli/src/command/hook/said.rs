//! What Claude Code tells its hooks, as a tool use.
//!
//! The fields are those of <https://code.claude.com/docs/en/hooks>. What is missing or new does no
//! harm: a session may be of any version.

use aegis_domain::{ErrorCategory, Passage, Timestamp, ToolUse, kept};
use aegis_tools::{hash_of, nature_of};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::Value;

/// It is not what a hook is told.
#[derive(Debug, thiserror::Error)]
#[error("standard input is no event of a hook ({0})")]
pub(super) struct Unreadable(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    hook_event_name: String,
    #[serde(default)]
    session_id: Option<String>,
    #[serde(default)]
    tool_name: String,
    #[serde(default)]
    tool_input: Value,
    #[serde(default)]
    duration_ms: Option<f64>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    is_interrupt: bool,
}

/// The call that is over, if the event tells of one. Its parameters are cut where they are long.
///
/// # Errors
/// [`Unreadable`].
pub(super) fn used(text: &[u8], now: Timestamp) -> Result<Option<ToolUse>, Unreadable> {
    let said: Said = serde_json::from_slice(text)?;
    let failed = match said.hook_event_name.as_str() {
        "PostToolUse" => false,
        "PostToolUseFailure" => true,
        _ => return Ok(None),
    };
    let took_ms = said.duration_ms.filter(|ms| ms.is_finite() && *ms >= 0.0);
    // Nobody's call takes 500 million years: the number fits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let took_ms = took_ms.map(|ms| ms as u64);
    let begun = took_ms
        .and_then(|ms| TimeDelta::try_milliseconds(i64::try_from(ms).ok()?))
        .and_then(|took| now.checked_sub_signed(took));
    let category =
        if said.is_interrupt { ErrorCategory::Interrupted } else { ErrorCategory::CommandFailed };
    let error = said.error.map(|error| match error {
        Value::String(text) => text,
        other => other.to_string(),
    });
    Ok(Some(ToolUse {
        at: begun.unwrap_or(now),
        took_ms,
        success: !failed,
        error: error.filter(|_| failed),
        category: failed.then_some(category),
        parameters: kept(&said.tool_input),
        hash: hash_of(&said.tool_input),
        nature: nature_of(&said.tool_name, &said.tool_input, false),
        passage: Passage::Unwatched,
        tokens: None,
        screenshot: None,
        client: None,
        session: said.session_id,
        task: None,
        occurrence: None,
        run: None,
        tool: said.tool_name,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{NOON, ago};
    use serde_json::json;

    #[allow(clippy::needless_pass_by_value)] // It is always made for this.
    fn of(event: Value) -> Option<ToolUse> {
        used(event.to_string().as_bytes(), NOON).unwrap()
    }

    #[test]
    fn a_call_that_worked_and_one_that_did_not() {
        let done = of(json!({
            "hook_event_name": "PostToolUse", "session_id": "s1", "cwd": "/home/ada",
            "transcript_path": "/x", "permission_mode": "default", "tool_use_id": "toolu_1",
            "tool_name": "Bash", "tool_input": {"command": "ls"}, "duration_ms": 2000,
            "tool_response": {"stdout": "a"}
        }))
        .unwrap();
        assert_eq!((done.tool.as_str(), done.success, done.took_ms), ("Bash", true, Some(2000)));
        assert_eq!((done.at, done.session.as_deref()), (ago(2), Some("s1")));
        assert_eq!(
            (done.parameters["command"].as_str(), done.passage),
            (Some("ls"), Passage::Unwatched)
        );
        let failed = of(json!({
            "hook_event_name": "PostToolUseFailure", "tool_name": "Bash",
            "tool_input": {"command": "false"}, "error": "Exit code 1"
        }))
        .unwrap();
        assert_eq!((failed.success, failed.error.as_deref()), (false, Some("Exit code 1")));
        assert_eq!((failed.category, failed.at), (Some(ErrorCategory::CommandFailed), NOON));
        let stopped = json!({
            "hook_event_name": "PostToolUseFailure", "tool_name": "Bash", "is_interrupt": true
        });
        assert_eq!(of(stopped).unwrap().category, Some(ErrorCategory::Interrupted));
    }

    #[test]
    fn other_events_are_nothing_and_odd_ones_do_no_harm() {
        for other in ["PreToolUse", "Stop", "SessionStart", "", "Something new"] {
            assert_eq!(of(json!({"hook_event_name": other, "tool_name": "Bash"})), None, "{other}");
        }
        assert_eq!(of(json!({})), None);
        for odd in [-1.0, 1e300, 0.5] {
            let event =
                json!({"hook_event_name": "PostToolUse", "tool_name": "x", "duration_ms": odd});
            assert!(of(event).is_some(), "{odd}");
        }
        for broken in ["", "x", "[1]", "7", "{\"hook_event_name\": 1}", "\u{0}"] {
            assert!(used(broken.as_bytes(), NOON).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn a_huge_input_is_cut() {
        let input = json!({"content": "x".repeat(1_000_000), "file_path": "/a"});
        let event =
            json!({"hook_event_name": "PostToolUse", "tool_name": "Write", "tool_input": input});
        let used = of(event).unwrap();
        assert!(used.parameters.to_string().len() < 9_000);
        assert_eq!(used.parameters["file_path"], "/a");
        assert_eq!(used.hash, hash_of(&input));
    }
}

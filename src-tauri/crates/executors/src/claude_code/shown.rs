//! What a session does, as lines for the log of its run.

use serde_json::Value;

use super::stream::{Block, ToolResult};
use crate::words;

/// Most characters of the words that say with what a tool is used.
const MAX_SUBJECT: usize = 160;
/// Lines of a result that are shown.
const RESULT_LINES: usize = 4;
/// The fields of an input that say what it is about, the best first.
const SUBJECTS: [&str; 12] = [
    "command",
    "file_path",
    "notebook_path",
    "path",
    "pattern",
    "url",
    "query",
    "description",
    "prompt",
    "skill",
    "subject",
    "name",
];

/// A call in a few words: `Bash(cargo test)`.
pub(super) fn call(name: &str, input: &Value) -> String {
    let name = words::quoted(name);
    match subject(input) {
        Some(subject) => format!("{name}({subject})"),
        None => name,
    }
}

fn subject(input: &Value) -> Option<String> {
    let input = input.as_object()?;
    let named = SUBJECTS.iter().find_map(|name| input.get(*name)?.as_str());
    let text = named.or_else(|| input.values().find_map(Value::as_str))?;
    let line = text.trim().lines().next().unwrap_or_default();
    let mut shown: String = words::quoted(line).chars().take(MAX_SUBJECT).collect();
    if shown.chars().count() < text.trim().chars().count() && !shown.ends_with('…') {
        shown.push('…');
    }
    (!shown.is_empty()).then_some(shown)
}

/// What was said or is about to be done, as lines.
pub(super) fn block(block: &Block, nested: bool) -> String {
    let indent = if nested { "  " } else { "" };
    match block {
        Block::Text(text) if text.trim().is_empty() => String::new(),
        Block::Text(text) => indented(text.trim(), indent),
        Block::Call { name, input, .. } => format!("{indent}● {}\n", call(name, input)),
    }
}

/// The first lines of a result.
pub(super) fn result(result: &ToolResult) -> String {
    let text = result.text.trim();
    let all = text.lines().count();
    let mark = if result.failed { "⎿ failed: " } else { "⎿ " };
    let mut shown = String::new();
    for (line, first) in text.lines().take(RESULT_LINES).zip([true].into_iter().chain([false; 9])) {
        let begin = if first { mark } else { "  " };
        shown.push_str(&format!("  {begin}{}\n", words::quoted(line.trim_end())));
    }
    if text.is_empty() {
        shown = format!("  {mark}(nothing)\n");
    }
    if all > RESULT_LINES {
        shown.push_str(&format!(
            "    … {}\n",
            words::counted((all - RESULT_LINES) as u64, "more line")
        ));
    }
    shown
}

fn indented(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("Bash", json!({"command": "cargo test", "description": "x"}), "Bash(cargo test)")]
    #[case("Bash", json!({"command": "cd a\nls"}), "Bash(cd a…)")]
    #[case("Write", json!({"content": "x", "file_path": "/tmp/a"}), "Write(/tmp/a)")]
    #[case("mcp__x__y", json!({"n": 4, "what": "it"}), "mcp__x__y(it)")]
    #[case("TaskList", json!({}), "TaskList")]
    #[case("Odd\u{1b}", json!("text"), "Odd\u{fffd}")]
    fn a_call_in_a_few_words(#[case] name: &str, #[case] input: Value, #[case] shown: &str) {
        assert_eq!(call(name, &input), shown);
    }

    #[test]
    fn a_result_is_its_first_lines() {
        let of = |text: &str, failed| {
            result(&ToolResult {
                call: "t".into(),
                failed,
                text: text.into(),
                bytes: 0,
                picture: None,
            })
        };
        assert_eq!(of("", false), "  ⎿ (nothing)\n");
        assert_eq!(of("no such file\n", true), "  ⎿ failed: no such file\n");
        let shown = of("1\n2\n3\n4\n5\n6", false);
        assert_eq!(shown, "  ⎿ 1\n    2\n    3\n    4\n    … 2 more lines\n");
    }
}

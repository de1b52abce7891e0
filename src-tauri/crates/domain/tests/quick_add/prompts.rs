//! Prompts: what an agent is told, and when.

use crate::at_desk::{due, read, task};
use aegis_domain::quick_add::SpanKind;
use rstest::rstest;
use serde_json::json;

#[rstest]
#[case("claude: fix the failing test", "fix the failing test", "Now")]
#[case("claude:fix the failing test", "fix the failing test", "Now")]
#[case("  Claude:   fix  it  ", "fix  it", "Now")]
#[case("at 16:00 claude: fix it", "fix it", "2026-11-21 16:00:00")]
#[case(
    "every weekday at 7am claude: triage the inbox",
    "triage the inbox",
    "weekly mon,tue,wed,thu,fri 07:00"
)]
#[case("claude: say \"hello\" to 'all' of run: them", "say \"hello\" to 'all' of run: them", "Now")]
#[case("claude: größe 👍", "größe 👍", "Now")]
fn everything_after_the_prefix_is_the_prompt(
    #[case] text: &str,
    #[case] prompt: &str,
    #[case] when: &str,
) {
    let task = task(text);
    let executor = task.executor.clone().unwrap();
    assert_eq!(executor.name.as_str(), "claude_code");
    assert_eq!(executor.settings, json!({ "prompt": prompt }));
    assert_eq!(
        task.title.split_whitespace().collect::<Vec<_>>(),
        prompt.split_whitespace().collect::<Vec<_>>()
    );
    assert_eq!(due(&task), when);
}

#[test]
fn what_stands_at_the_end_is_part_of_the_prompt_and_that_is_said() {
    let reading = read("p8 claude: fix it tomorrow at 9 #bug");
    let task = reading.task.unwrap();
    assert_eq!((task.title.as_str(), task.priority), ("fix it tomorrow at 9 #bug", Some(8)));
    let said = "“tomorrow at 9 #bug” is part of the prompt; what is not goes before “claude:”.";
    assert_eq!(reading.assumptions, [said]);
    let kinds: Vec<_> = reading.spans.iter().map(|span| span.kind).collect();
    assert_eq!(kinds, [SpanKind::Priority, SpanKind::Executor, SpanKind::Command]);
}

#[test]
fn a_long_prompt_is_kept_whole_under_a_title_that_fits() {
    let prompt = "word ".repeat(300);
    let task = task(&format!("claude: {prompt}"));
    assert_eq!(task.executor.unwrap().settings["prompt"], prompt.trim());
    assert_eq!(task.title.chars().count(), aegis_domain::MAX_TITLE);
}

#[test]
fn a_prefix_inside_a_text_is_text() {
    let reading = read("ask claude: is it done");
    assert_eq!(reading.task.unwrap().executor, None);
    assert_eq!(reading.assumptions, ["“claude:” is kept as text: a prompt needs it in front."]);
}

//! Calls of tools, and what work has cost.

use super::{Canvas, Cell, Column, Fields, Table, Tone, time};
use aegis_domain::policy::{Nature, Reach};
use aegis_domain::{Passage, ToolUse};
use aegis_protocol::{ScheduleSpending, SpendingView};
use chrono::TimeDelta;
use serde_json::Value;

/// The parts of an input that tell most, in the order of how much.
const TELLING: [&str; 9] =
    ["command", "file_path", "path", "notebook_path", "url", "query", "pattern", "title", "prompt"];

/// One row a call.
pub(crate) fn list(uses: &[ToolUse], canvas: &Canvas) -> String {
    if uses.is_empty() {
        return String::new();
    }
    // Most calls have none of these; then there is no column for it.
    let tokens = uses.iter().any(|used| used.tokens.is_some());
    let pictures = uses.iter().any(|used| used.screenshot.is_some());
    let clients = uses.iter().any(|used| used.client.is_some());
    let mut columns = vec![
        Column::new("Tool"),
        Column::new("With").gives_way(),
        Column::new("How"),
        Column::new("Took").right().dispensable(),
    ];
    columns.extend(tokens.then(|| Column::new("Tokens").right().dispensable()));
    columns.extend(pictures.then(|| Column::new("Picture").dispensable()));
    columns.extend(clients.then(|| Column::new("Client").dispensable()));
    columns.extend([Column::new("Passed by").dispensable(), Column::new("When")]);
    let mut table = Table::new(columns);
    for used in uses {
        let (tone, how) = outcome(used);
        let mut row = vec![
            Cell::toned(Tone::Strong, &used.tool),
            Cell::new(short(&used.parameters)),
            Cell::toned(tone, how),
            Cell::new(used.took_ms.map(took).unwrap_or_default()),
        ];
        let said = |text: &Option<String>| Cell::new(text.clone().unwrap_or_default());
        let counted = used.tokens.map(|tokens| tokens.to_string()).unwrap_or_default();
        row.extend(tokens.then(|| Cell::new(counted)));
        row.extend(pictures.then(|| said(&used.screenshot)));
        row.extend(clients.then(|| said(&used.client)));
        row.extend([
            Cell::new(passage(used.passage)),
            Cell::toned(Tone::Faint, time::relative(used.at, canvas)),
        ]);
        table.row(row);
    }
    table.draw(canvas)
}

fn took(millis: u64) -> String {
    time::span(TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX)))
}

fn outcome(used: &ToolUse) -> (Tone, String) {
    match used.category {
        _ if used.success => (Tone::Done, "done".to_owned()),
        Some(category) => (Tone::Failed, category.name().replace('_', " ")),
        None => (Tone::Failed, "failed".to_owned()),
    }
}

/// How a call got past the policy.
pub(crate) const fn passage(passage: Passage) -> &'static str {
    match passage {
        Passage::Free => "the rules",
        Passage::Granted => "you",
        Passage::Refused => "refused",
        Passage::Unwatched => "not watched",
    }
}

/// The part of an input that tells most, in a line.
pub(crate) fn short(input: &Value) -> String {
    const MAX: usize = 200;
    let told = TELLING.into_iter().find_map(|part| input.get(part));
    let text = match told.unwrap_or(input) {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut shown: String = text.chars().take(MAX).collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// What a call could do: `start programs, see what is yours, send it away`.
pub(crate) fn nature(nature: Nature) -> String {
    let reach = match nature.reach {
        Reach::Look => "look at something",
        Reach::Tell => "tell or ask you",
        Reach::Plan => "make and change tasks",
        Reach::Change => "change files",
        Reach::Run => "start programs",
        Reach::Send => "reach other machines",
    };
    let parts = [
        Some(reach),
        nature.private.then_some("see what is yours"),
        nature.egress.then_some("send something away"),
        nature.outside.then_some("bring in what strangers wrote"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a task's schedule has cost, and may.
fn of_schedule(schedule: &ScheduleSpending) -> String {
    let ScheduleSpending { budget, spent, .. } = schedule;
    format!("${spent} of ${} this {}", budget.amount, budget.per)
}

/// What models have cost.
pub(crate) fn spending(spending: &SpendingView, canvas: &Canvas) -> String {
    let mut fields = Fields::new();
    let budget = spending.daily_budget.map(|budget| format!(" of ${budget}")).unwrap_or_default();
    fields
        .add("Today", format!("${}{budget}", spending.today))
        .add("This month", format!("${}", spending.month))
        .add_some("Schedule", spending.schedule_budget.as_ref().map(of_schedule))
        .add("Since", time::exact(spending.day_since, canvas));
    fields.draw(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;
    use aegis_domain::{ErrorCategory, Period, ScheduleBudget, Usd};
    use serde_json::json;

    #[test]
    fn calls_line_up_and_are_harmless() {
        let bash = samples::tool_use("Bash", json!({"command": "git status\n\u{1b}[2J"}));
        let refused = ToolUse {
            success: false,
            category: Some(ErrorCategory::PolicyDenied),
            passage: Passage::Refused,
            took_ms: None,
            ..samples::tool_use("mcp__evil\u{202e}", json!({"a": [1, 2]}))
        };
        let page = samples::tool_use("WebFetch", json!({"prompt": "p", "url": "https://docs.rs"}));
        let page = ToolUse { passage: Passage::Granted, ..page };
        insta::assert_snapshot!(list(&[bash, refused, page], &Canvas::for_tests(100)));
    }

    #[test]
    fn what_only_some_calls_have_gets_a_column_then() {
        let read = ToolUse {
            tokens: Some(1_234),
            screenshot: Some("screenshots/1.png".to_owned()),
            ..samples::tool_use("Read", json!({"file_path": "a.png"}))
        };
        let client = Some("claude-code".to_owned());
        let made = ToolUse { client, ..samples::tool_use("get_task_status", json!({})) };
        insta::assert_snapshot!(list(&[read, made], &Canvas::for_tests(120)));
    }

    #[test]
    fn a_long_input_is_cut_and_an_empty_one_is_nothing() {
        assert_eq!(short(&Value::Null), "");
        assert_eq!(short(&json!({"command": "x".repeat(500)})).chars().count(), 201);
        assert_eq!(short(&json!([1])), "[1]");
    }

    #[test]
    fn what_was_spent_is_told_beside_what_may_be() {
        let view = SpendingView {
            today: Usd::from_micros(120_000),
            month: Usd::from_micros(3_400_000),
            day_since: samples::ago(12 * 3600),
            day_until: samples::ago(-12 * 3600),
            daily_budget: Some(Usd::from_micros(5_000_000)),
            schedule_budget: None,
        };
        let budget = ScheduleBudget { amount: Usd::from_micros(2_000_000), per: Period::Week };
        let (spent, until) = (Usd::from_micros(1_500_000), samples::ago(-3600));
        let of_task = SpendingView {
            daily_budget: None,
            schedule_budget: Some(ScheduleSpending { budget, spent, until }),
            ..view.clone()
        };
        let canvas = Canvas::for_tests(80);
        let shown = [view, of_task].map(|view| spending(&view, &canvas));
        insta::assert_snapshot!(shown.join("\n"));
    }
}

//! What the user is asked, and the rules that spare it.

use super::{Canvas, Cell, Column, Fields, Table, Tone, time, tool_use, visible, words};
use aegis_domain::{About, AskKind};
use aegis_protocol::{ApprovalView, Proposal, RulePreview, RuleView};
use serde_json::Value;

/// One row a question.
pub(crate) fn list(open: &[ApprovalView], canvas: &Canvas) -> String {
    if open.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        Column::new("#").right(),
        Column::new("Asks").gives_way(),
        Column::new("Why").gives_way().dispensable(),
        Column::new("Task").gives_way().dispensable(),
        Column::new("Process").dispensable(),
        Column::new("Since"),
    ]);
    for asked in open {
        table.row([
            Cell::toned(Tone::Strong, asked.number.to_string()),
            Cell::toned(Tone::Attention, &asked.ask.question),
            Cell::new(why(asked).unwrap_or_default()),
            Cell::new(&asked.title),
            Cell::new(if asked.live { "waits" } else { "parked" }),
            Cell::toned(Tone::Faint, time::relative(asked.ask.since, canvas)),
        ]);
    }
    table.draw(canvas)
}

fn why(asked: &ApprovalView) -> Option<String> {
    match asked.ask.about.as_deref()? {
        About::Call(call) => Some(call.why.clone()),
        About::Budget { spent, limit, .. } => Some(format!("${spent} of ${limit} are spent.")),
    }
}

/// One question whole. Everything of the input is shown, and nothing of it is obeyed.
pub(crate) fn draw(asked: &ApprovalView, canvas: &Canvas) -> String {
    let number = canvas.paint.apply(Tone::Strong, &format!("#{}", asked.number));
    let head = format!("{number} {}", visible::cell(&asked.title));
    let question = canvas.paint.apply(Tone::Attention, &visible::every(&asked.ask.question));
    let mut fields = Fields::new();
    fields
        .add_some("Why", why(asked))
        .add("Asked", time::exact(asked.ask.since, canvas))
        .add_some(until_when(asked), asked.ask.until.map(|until| time::exact(until, canvas)))
        .add(
            "Process",
            if asked.live {
                "waits for the answer"
            } else {
                "has ended; a yes starts it again where it was"
            },
        );
    let mut parts = vec![format!("{head}\n{question}\n")];
    if let Some(About::Call(call)) = asked.ask.about.as_deref() {
        fields.add("Tool", &call.tool).add("Could", tool_use::nature(call.nature));
        parts.push(fields.draw(canvas));
        parts.push(format!(
            "{}\n{}",
            canvas.paint.apply(Tone::Strong, "Input"),
            input(&call.input)
        ));
    } else {
        parts.push(fields.draw(canvas));
    }
    parts.push(answers(asked, canvas));
    parts.join("\n")
}

/// What happens when nobody has answered: the question is over, or there is money again.
fn until_when(asked: &ApprovalView) -> &'static str {
    match asked.ask.about.as_deref() {
        Some(About::Budget { of, .. }) if of.period().is_some() => "Goes on",
        _ => "Until",
    }
}

/// What one can type.
fn answers(asked: &ApprovalView, canvas: &Canvas) -> String {
    let number = asked.number;
    let is_call = matches!(asked.ask.about.as_deref(), Some(About::Call(_)));
    let mut lines = Vec::new();
    match asked.ask.kind {
        AskKind::Approval => {
            lines.push((format!("allow {number}"), "yes, this once".to_owned()));
            if let Some(rule) = &asked.always {
                let rule = visible::every(&rule.to_string()).into_owned();
                lines.push((format!("allow {number} --always"), rule));
            }
            if is_call {
                let words = "no; the work goes on without it".to_owned();
                lines.push((format!("refuse {number}"), words));
            }
            lines.push((format!("deny {number}"), "no, and the work has failed".to_owned()));
        }
        AskKind::Answer => lines.push((format!("answer {number} \"…\""), "in words".to_owned())),
    }
    let width = lines.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    let mut text = format!("{}\n", canvas.paint.apply(Tone::Strong, "You can"));
    for (command, words) in lines {
        let words = canvas.paint.apply(Tone::Faint, &words);
        text.push_str(&format!("  aegis approvals {command:width$}  {words}\n"));
    }
    text
}

/// The input, part by part: texts as they read, everything else as JSON.
fn input(input: &Value) -> String {
    let Some(parts) = input.as_object() else { return block("", input) };
    parts.iter().map(|(name, value)| block(name, value)).collect()
}

fn block(name: &str, value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        // What was read as JSON always becomes JSON again.
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let name = visible::every(name).replace('\n', " ");
    let text = visible::every(&text);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    if lines.clone().next().is_none() {
        return format!("  {name}: {first}\n");
    }
    let rest: String = lines.map(|line| format!("    {line}\n")).collect();
    format!("  {name}:\n    {first}\n{rest}")
}

/// What a rule says, and which of the last calls it means.
pub(crate) fn preview(preview: &RulePreview, canvas: &Canvas) -> String {
    let head = canvas.paint.apply(Tone::Strong, &visible::every(&preview.words));
    let (matches, all) = (preview.matches, preview.looked_at);
    let said = match (matches, all) {
        (_, 0) => "No call has been made yet that it could be held against.".to_owned(),
        (0, all) => format!("It means none of the last {all} calls."),
        (matches, all) => format!("It means {matches} of the last {all} calls:"),
    };
    let mut text = format!("{head}\n{said}\n");
    text.push_str(&tool_use::list(&preview.matched, canvas));
    if matches as usize > preview.matched.len() {
        text.push_str(&format!("… and {} more\n", matches as usize - preview.matched.len()));
    }
    text
}

/// One row a rule.
pub(crate) fn rules(rules: &[RuleView], canvas: &Canvas) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        Column::new("Id"),
        Column::new("Rule").gives_way(),
        Column::new("Note").gives_way().dispensable(),
        Column::new("By").dispensable(),
        Column::new("Made"),
    ]);
    for rule in rules {
        table.row([
            Cell::toned(Tone::Faint, end(rule)),
            Cell::new(&rule.words),
            Cell::new(&rule.rule.says.note),
            Cell::new(words::actor(&rule.rule.by)),
            Cell::toned(Tone::Faint, time::relative(rule.rule.at, canvas)),
        ]);
    }
    table.draw(canvas)
}

/// The end of a rule's id: the beginning is its time, and so much the same for all.
fn end(rule: &RuleView) -> String {
    let id = rule.rule.id.to_string();
    id.get(id.len().saturating_sub(8)..).unwrap_or(&id).to_owned()
}

/// A rule that was made.
pub(crate) fn made(rule: &RuleView) -> String {
    let words = visible::every(&rule.words);
    format!("{} · {words}\nTake it away with: aegis rules remove {}", end(rule), end(rule))
}

/// A rule that was taken away.
pub(crate) fn removed(rule: &RuleView) -> String {
    format!("{} is no rule any more: {}", end(rule), visible::every(&rule.words))
}

/// What a task needs, as far as its last run shows.
pub(crate) fn proposal(proposal: &Proposal, canvas: &Canvas) -> String {
    let mut text = String::new();
    for (_, words) in &proposal.rules {
        text.push_str(&format!("{}\n", visible::every(words)));
    }
    if proposal.rules.is_empty() {
        text.push_str("Its last run called nothing that a rule could say.\n");
    }
    if !proposal.unsayable.is_empty() {
        let head = "No rule can say these; you are asked each time:";
        text.push_str(&format!("\n{head}\n{}", tool_use::list(&proposal.unsayable, canvas)));
    }
    if proposal.kept {
        text.push_str("\nThese are rules now, and the task asks about everything else.\n");
    }
    text
}

#[cfg(test)]
mod tests;

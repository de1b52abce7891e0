//! A task in English.

use aegis_domain::{
    BudgetOf, Cause, ClaudeCodeSettings, Outcome, Priority, QueueReason, ReminderSettings,
    RunReason, ShellSettings, State, Usage, Usd,
};
use aegis_protocol::{Action, WaitView};

use super::{calls, details, grouped};
use crate::messages::{Facts, Runs, ScheduleBox, Task, TaskTabs};

pub(super) const TASK: Task = Task {
    number: |number| format!("#{number}"),
    state,
    no_state: "Not run yet",
    scheduled: "Scheduled",
    held: "Schedule paused",
    archived: "Archived",
    last: |how| format!("last: {how}"),
    assignee: |name| format!("@{name}"),
    workspace: |name| format!("~{name}"),
    wait,
    blocked,
    schedule: ScheduleBox {
        label: "Schedule",
        next: "Next",
        paused: "Paused: it does not start by itself until you turn the schedule on.",
        over: "It does not start by itself any more.",
    },
    cancelling: "Cancelling",
    executor,
    priority_of: |value| format!("Priority {value}, {}", band(value)),
    priority_fact: |value| format!("{value} {}", band(value)),
    actions: "What can be done",
    action,
    exit: |code| format!("exit {code}"),
    outcome,
    ended,
    ready: "next",
    waiting: "waiting",
    retry: |when| format!("retry {when}"),
    tries: |count| format!("{count} tries"),
    deleted: |number| format!("Deleted #{number}."),
    undo: "Undo",
    panel: |number| format!("Task #{number}"),
    facts: Facts {
        executor: "Executor",
        command: "Command",
        place: "Folder",
        priority: "Priority",
        attempt: "Attempt",
        attempt_of: |number, most| format!("{number} of {most}"),
        elapsed: "Elapsed",
        took: "Took",
        started: "Started",
        due: "Next start",
        exit: "Exit status",
        cost: "Cost",
        noticed: "Noticed",
        created: "Created",
        tags: "Tags",
        assignee: "Assignee",
        workspace: "Workspace",
    },
    tabs: TaskTabs {
        label: "Views of this task",
        log: "Log",
        runs: "Runs",
        tools: "Tools",
        activity: "Activity",
        details: "Details",
    },
    runs: Runs {
        empty: "It has not run yet.",
        empty_hint: "Each attempt will be listed here, with its outcome and its log.",
        name: |number| format!("Run {number}"),
        reason: |reason| match reason {
            RunReason::First => "first attempt",
            RunReason::Retry => "retry",
            RunReason::Rework => "rework",
            RunReason::Resume => "resumed",
            RunReason::Interrupted => "after an interruption",
            RunReason::AgentLost => "its agent went away",
        },
        cause: |cause| match cause {
            Cause::Created => "once",
            Cause::Schedule => "scheduled",
            Cause::RunNow => "run now",
            Cause::RunAgain => "run again",
            Cause::ByHand => "done by hand",
            Cause::Chain => "after another task",
        },
        live: "at work",
        show_log: "Show its log",
        usage,
        checkpoint: |label| format!("Can go on after: {label}"),
        artifact: |path, bytes| format!("{path} ({})", size(bytes)),
        more: |count| format!("and {} more", grouped(count)),
    },
    details: details::DETAILS,
    review: details::REVIEW,
    call: calls::CALL,
    tools: calls::TOOLS,
    allow: "Allow",
    deny: "Deny",
    send: "Send",
    answer: "Your answer",
    idle: "did nothing this time",
    cost,
    progress: "Progress",
};

pub(super) fn state(state: &State) -> &'static str {
    match state {
        State::Created => "Checking",
        State::Blocked { .. } => "Blocked",
        State::Queued { reason, .. } => match reason {
            QueueReason::First | QueueReason::Resume | QueueReason::AgentLost => "Queued",
            QueueReason::Retry => "Waiting to retry",
            QueueReason::Rework => "Queued for rework",
            QueueReason::Interrupted => "Queued again",
        },
        State::Assigned { .. } => "Starting",
        State::Executing { .. } => "Executing",
        State::Awaiting { .. } => "Waiting for you",
        State::Paused { .. } => "Paused",
        State::Reviewing { .. } => "In review",
        State::Completed { .. } => "Completed",
        State::Failed { .. } => "Failed",
        State::Cancelled { .. } => "Cancelled",
        State::Skipped { .. } => "Skipped",
        State::Expired { .. } => "Expired",
    }
}

fn executor(name: Option<&str>) -> String {
    match name {
        None => "by hand".to_owned(),
        Some(ShellSettings::EXECUTOR) => "shell".to_owned(),
        Some(ReminderSettings::EXECUTOR) => "reminder".to_owned(),
        Some(ClaudeCodeSettings::EXECUTOR) => "Claude Code".to_owned(),
        Some(other) => other.to_owned(),
    }
}

fn band(value: u8) -> &'static str {
    Priority::new(value).map_or("", Priority::band)
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Run => "Run now",
        Action::RunAgain => "Run again",
        Action::Cancel => "Cancel",
        Action::Pause => "Pause",
        Action::Resume => "Resume",
        Action::Done => "Mark done",
        Action::Review => "Review",
        Action::Answer => "Answer",
        Action::Skip => "Skip next",
        Action::Release => "Let it go on",
        Action::Enable => "Turn on",
        Action::Disable => "Pause schedule",
        Action::Delete => "Delete",
        Action::Restore => "Restore",
    }
}

pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded { summary } => summary.clone(),
        Outcome::Failed(failure) => failure.message.clone(),
        Outcome::Cancelled => "cancelled".to_owned(),
        Outcome::Suspended => "suspended".to_owned(),
        Outcome::Interrupted => "interrupted".to_owned(),
        Outcome::AgentLost => "its agent went away".to_owned(),
    }
}

fn ended(state: &State) -> &'static str {
    match state {
        State::Completed { .. } => "done",
        State::Failed { .. } => "failed",
        State::Cancelled { .. } => "cancelled",
        State::Skipped { .. } => "skipped",
        State::Expired { .. } => "expired",
        _ => "",
    }
}

fn wait(wait: &WaitView) -> String {
    match wait {
        WaitView::Task { number, title } => format!("waits for #{number} {title}"),
        WaitView::Earlier => "waits for its earlier run".to_owned(),
        WaitView::Resource { name } => format!("waits for {name}"),
        WaitView::Decision { question } => format!("to decide: {question}"),
        WaitView::Money { of, .. } => match of {
            BudgetOf::Day => "waits for money: the day's is spent".to_owned(),
            BudgetOf::Work | BudgetOf::Schedule(_) => "waits for money".to_owned(),
        },
    }
}

/// What somebody can do something about comes last, where it is read.
fn blocked(waits: &[WaitView]) -> String {
    let decides = |wait: &&WaitView| wait.is_for_a_person();
    let things: Vec<String> = waits
        .iter()
        .filter(|wait| !decides(wait))
        .map(|wait| match wait {
            WaitView::Task { number, title } => format!("#{number} “{title}”"),
            WaitView::Earlier => "the end of its earlier run".to_owned(),
            WaitView::Resource { name } => format!("the resource {name}"),
            WaitView::Decision { question } => question.clone(),
            WaitView::Money { of, spent, limit, .. } => of.state(*spent, *limit),
        })
        .collect();
    let mut sentences = Vec::new();
    if !things.is_empty() {
        sentences.push(format!("It waits for {}.", listed(&things)));
    }
    for wait in waits.iter().filter(decides) {
        match wait {
            WaitView::Decision { question } => {
                sentences.push(format!("It waits for your decision: {question}"));
            }
            WaitView::Money { of, spent, limit, .. } => sentences.push(of.state(*spent, *limit)),
            _ => {}
        }
    }
    if sentences.is_empty() {
        sentences.push("Something that it needs is missing.".to_owned());
    }
    sentences.join(" ")
}

fn listed(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn usage(usage: Usage) -> String {
    let tokens = usage.input_tokens.saturating_add(usage.output_tokens);
    let tokens = grouped(usize::try_from(tokens).unwrap_or(usize::MAX));
    format!("{tokens} tokens · {}", details::money(usage.cost))
}

/// To the cent; what is less than one is said to be so.
fn cost(amount: Usd) -> String {
    match amount.micros() {
        0..10_000 => "< $0.01".to_owned(),
        micros => {
            let cents = (micros + 5_000) / 10_000;
            format!("${}.{:02}", cents / 100, cents % 100)
        }
    }
}

/// In decimal units, as file managers show it.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let (mut amount, mut unit) = (bytes as f64 / 1_000.0, 0);
    while amount >= 999.95 && unit + 1 < UNITS.len() {
        amount /= 1_000.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::TaskNumber;
    use rstest::rstest;

    fn task(number: u64, title: &str) -> WaitView {
        WaitView::Task { number: TaskNumber(number), title: title.to_owned() }
    }

    #[test]
    fn what_is_missing_is_one_sentence_and_each_decision_another() {
        let decision = WaitView::Decision { question: "Is the copy good?".to_owned() };
        let (spent, limit) = (Usd::from_micros(5_120_000), Usd::from_micros(5_000_000));
        let money =
            WaitView::Money { of: BudgetOf::Day, spent, limit, until: crate::state::sample::at(0) };
        assert_eq!(
            blocked(std::slice::from_ref(&money)),
            "The day's budget of $5.00 is spent: $5.12 so far. It goes on by itself at midnight."
        );
        assert_eq!(wait(&money), "waits for money: the day's is spent");
        let gpu = WaitView::Resource { name: "gpu".to_owned() };
        let all = [decision.clone(), task(12, "Build"), WaitView::Earlier, gpu];
        assert_eq!(
            blocked(&all),
            "It waits for #12 “Build”, the end of its earlier run and the resource gpu. \
             It waits for your decision: Is the copy good?"
        );
        assert_eq!(blocked(&[task(3, "Pack")]), "It waits for #3 “Pack”.");
        assert_eq!(blocked(&[decision]), "It waits for your decision: Is the copy good?");
        assert_eq!(blocked(&[]), "Something that it needs is missing.");
    }

    #[rstest]
    #[case(0, "0 B")]
    #[case(999, "999 B")]
    #[case(1_000, "1.0 kB")]
    #[case(999_960, "1.0 MB")]
    #[case(12_345_678, "12.3 MB")]
    fn sizes(#[case] bytes: u64, #[case] shown: &str) {
        assert_eq!(size(bytes), shown);
    }

    #[rstest]
    #[case(1, "< $0.01")]
    #[case(10_000, "$0.01")]
    #[case(385_000, "$0.39")]
    #[case(12_340_000, "$12.34")]
    fn a_cost_is_told_to_the_cent(#[case] micros: u64, #[case] shown: &str) {
        assert_eq!(cost(Usd::from_micros(micros)), shown);
    }

    #[test]
    fn usage_counts_both_ways() {
        let used =
            Usage { input_tokens: 60_000, output_tokens: 1_234, cost: "0.38".parse().unwrap() };
        assert_eq!(usage(used), "61,234 tokens · $0.38");
    }
}

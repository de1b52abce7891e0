//! The words for states, outcomes, people and reasons.

use super::{Canvas, Tone, time};
use aegis_domain::coarse::Column;
use aegis_domain::{
    Actor, AskKind, Cause, ErrorCategory, FailureReason, Outcome, QueueReason, Review, RunReason,
    Schedule, SkipReason, State, TaskStatus, Usage,
};
use aegis_protocol::{Action, CardView, WaitView};

/// Where a task stands, in a word or two.
pub(crate) fn standing(card: &CardView, canvas: &Canvas) -> (Tone, String) {
    let exit_code = card.run.as_ref().and_then(|run| run.exit_code);
    match &card.state {
        None if card.status == TaskStatus::Paused => (Tone::Faint, "off".to_owned()),
        None if card.due.is_some() => (Tone::Plain, "scheduled".to_owned()),
        None => (Tone::Faint, Column::Backlog.name().to_owned()),
        // What it did last is not what one wants to know of a task that goes on.
        Some(state) if state.is_terminal() && card.column == Column::Queued => {
            (Tone::Plain, "scheduled".to_owned())
        }
        Some(state) if card.cancelling && !state.is_terminal() => {
            (Tone::Attention, "cancelling".to_owned())
        }
        Some(State::Queued { .. }) if card.column == Column::Backlog => {
            (Tone::Attention, "held".to_owned())
        }
        Some(state) => self::state(state, exit_code, canvas),
    }
}

/// What a state is called; `exit_code` is that of the last attempt.
pub(crate) fn state(state: &State, exit_code: Option<i32>, canvas: &Canvas) -> (Tone, String) {
    let (tone, word) = match state {
        State::Created => (Tone::Plain, "new"),
        State::Blocked { .. } => (Tone::Attention, "blocked"),
        State::Queued { not_before, reason, .. } if *not_before > canvas.now => {
            let word = if *reason == QueueReason::Retry { "retrying" } else { "scheduled" };
            (Tone::Plain, word)
        }
        State::Queued { .. } => (Tone::Plain, "queued"),
        State::Assigned { .. } => (Tone::Running, "starting"),
        State::Executing { .. } => (Tone::Running, "running"),
        State::Awaiting { ask, .. } => match ask.kind {
            AskKind::Approval => (Tone::Attention, "needs your approval"),
            AskKind::Answer => (Tone::Attention, "needs your answer"),
        },
        State::Paused { .. } => (Tone::Attention, "paused"),
        State::Reviewing { .. } => (Tone::Attention, "in review"),
        State::Completed { .. } => (Tone::Done, "done"),
        State::Failed { why: FailureReason::Dependency, .. } => {
            (Tone::Failed, "failed · dependency")
        }
        State::Failed { category, .. } => {
            return (Tone::Failed, format!("failed · {}", failure(*category, exit_code)));
        }
        State::Cancelled { .. } => (Tone::Failed, "cancelled"),
        State::Skipped { .. } => (Tone::Faint, "skipped"),
        State::Expired { .. } => (Tone::Failed, "expired"),
    };
    (tone, word.to_owned())
}

fn failure(category: ErrorCategory, exit_code: Option<i32>) -> String {
    match (category, exit_code) {
        (ErrorCategory::CommandFailed, Some(code)) => format!("exit {code}"),
        (ErrorCategory::Timeout, _) => "timed out".to_owned(),
        (category, _) => category.name().replace('_', " "),
    }
}

/// Why an occurrence was left out.
pub(crate) const fn skip(why: SkipReason) -> &'static str {
    match why {
        SkipReason::Overlap => "The one before was still at work.",
        SkipReason::NothingChanged => "Nothing had changed.",
        SkipReason::NoEvidence => "There was no evidence to work on.",
        SkipReason::Dependency => "What it depends on did not end as it should.",
        SkipReason::Condition => "Its own condition did not hold.",
        SkipReason::Asked => "Somebody said so.",
    }
}

/// How an attempt ended.
pub(crate) fn outcome(outcome: &Outcome, exit_code: Option<i32>) -> (Tone, String) {
    match outcome {
        Outcome::Succeeded { summary } => (Tone::Done, format!("succeeded · {summary}")),
        Outcome::Failed(why) => {
            (Tone::Failed, format!("failed · {}", failure(why.category, exit_code)))
        }
        Outcome::Cancelled => (Tone::Failed, "cancelled".to_owned()),
        Outcome::Suspended => (Tone::Plain, "suspended".to_owned()),
        Outcome::Interrupted => (Tone::Attention, "interrupted".to_owned()),
        Outcome::AgentLost => (Tone::Attention, "agent lost".to_owned()),
    }
}

/// Who did something.
pub(crate) fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Human(interface) => format!("you ({interface})"),
        Actor::Agent(name) => name.clone(),
        Actor::System => "Aegis".to_owned(),
    }
}

/// Who does a task.
pub(crate) fn executor(name: Option<&str>) -> &str {
    name.unwrap_or("you")
}

/// Why there is an occurrence.
pub(crate) const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Created => "asked for",
        Cause::Schedule => "came due",
        Cause::RunNow => "run now",
        Cause::RunAgain => "run again",
        Cause::ByHand => "done by hand",
        Cause::Chain => "another ended",
    }
}

/// Why there is an attempt.
pub(crate) const fn run_reason(reason: RunReason) -> &'static str {
    match reason {
        RunReason::First => "first",
        RunReason::Retry => "retry",
        RunReason::Rework => "rework",
        RunReason::Resume => "resumed",
        RunReason::Interrupted => "was interrupted",
        RunReason::AgentLost => "agent was lost",
    }
}

/// When a task runs.
pub(crate) fn schedule(schedule: &Schedule, canvas: &Canvas) -> String {
    match schedule {
        Schedule::Now => "as soon as there is room".to_owned(),
        Schedule::Manual => "when you say so".to_owned(),
        Schedule::At { at, .. } => time::exact(*at, canvas),
        Schedule::After | Schedule::Recurring(_) => aegis_domain::schedule::describe(schedule),
    }
}

/// What a blocked task waits for, in a line; nothing when it does not.
pub(crate) fn waits(card: &CardView) -> Option<String> {
    let wait = |wait: &WaitView| match wait {
        WaitView::Task { number, title } => format!("#{number} {title}"),
        WaitView::Earlier => "its earlier time".to_owned(),
        WaitView::Resource { name } => format!("the resource {name}"),
        WaitView::Decision { question } => format!("your decision: {question}"),
        WaitView::Money { of, spent, limit, .. } => format!("money. {}", of.state(*spent, *limit)),
    };
    let waits: Vec<String> = card.waits.iter().map(wait).collect();
    (!waits.is_empty()).then(|| waits.join(", "))
}

/// What somebody said of an outcome: `passed · 90 of 100 · Well done.`
pub(crate) fn review(review: &Review) -> (Tone, String) {
    let (tone, word) =
        if review.passed { (Tone::Done, "passed") } else { (Tone::Failed, "sent back") };
    let score = review.score.map(|score| format!("{score} of 100"));
    let feedback = Some(review.feedback.clone()).filter(|feedback| !feedback.is_empty());
    let parts = std::iter::once(word.to_owned()).chain(score).chain(feedback);
    (tone, parts.collect::<Vec<_>>().join(" · "))
}

/// What a run used of a model: `1200 tokens read, 300 written, $0.05`.
pub(crate) fn usage(usage: &Usage) -> String {
    let Usage { input_tokens, output_tokens, cost } = usage;
    format!("{input_tokens} tokens read, {output_tokens} written, ${cost}")
}

/// A number of bytes, in powers of two.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    UNITS.iter().find(|(unit, _)| count >= *unit).map_or_else(
        || format!("{count} B"),
        |(unit, name)| format!("{}.{} {name}", count / unit, count % unit * 10 / unit),
    )
}

/// The word that, after `aegis task`, does it.
pub(crate) const fn action(action: Action) -> &'static str {
    match action {
        Action::Run | Action::RunAgain => "run",
        Action::Cancel => "cancel",
        Action::Pause => "pause",
        Action::Resume => "resume",
        Action::Done => "done",
        Action::Review => "review",
        Action::Answer => "answer",
        Action::Skip => "skip",
        Action::Release => "release",
        Action::Enable => "enable",
        Action::Disable => "disable",
        Action::Delete => "delete",
        Action::Restore => "restore",
    }
}

/// What can be done with a task: `cancel, pause (aegis task … 12)`; nothing when nothing can.
pub(crate) fn actions(card: &CardView) -> Option<String> {
    let words: Vec<&str> = card.actions.iter().copied().map(action).collect();
    let number = card.number;
    (!words.is_empty()).then(|| format!("{} (aegis task … {number})", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_powers_of_two() {
        let shown: Vec<String> = [0, 1023, 1024, 1536, 5 << 20, (3 << 30) + 1].map(bytes).to_vec();
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "5.0 MiB", "3.0 GiB"]);
    }
}

//! Events in English.

use aegis_domain::schedule::{Missed, SkippedRange};
use aegis_domain::{
    Actor, Cause, EventKind, FailureReason, QueueReason, Review, RunReason, SkipReason, State,
};

use super::{details, grouped, task, time};
use crate::history::Summary;

pub(super) fn event(kind: &EventKind) -> String {
    match kind {
        EventKind::TaskCreated => "Created".to_owned(),
        EventKind::TaskEdited { fields } if fields.is_empty() => "Edited".to_owned(),
        EventKind::TaskEdited { fields } => {
            format!("Edited: {}", fields.join(", ").replace('_', " "))
        }
        EventKind::TaskDeleted => "Deleted".to_owned(),
        EventKind::TaskRestored => "Restored".to_owned(),
        EventKind::TaskArchived => "Archived".to_owned(),
        EventKind::TaskPaused => "Schedule paused".to_owned(),
        EventKind::TaskResumed => "Schedule turned on".to_owned(),
        EventKind::InstantsSkipped { range } => left_out(range),
        EventKind::OccurrenceCreated { cause } => created(*cause).to_owned(),
        EventKind::Moved { to, .. } => moved(to),
        EventKind::CancelRequested => "Asked to cancel".to_owned(),
        EventKind::RunAssigned { number, reason } => match reason {
            RunReason::First => format!("Run {number} claimed"),
            RunReason::Retry => format!("Run {number} claimed, a retry"),
            RunReason::Rework => format!("Run {number} claimed, to rework"),
            RunReason::Resume => format!("Run {number} claimed, to go on"),
            RunReason::Interrupted => format!("Run {number} claimed, after an interruption"),
            RunReason::AgentLost => format!("Run {number} claimed: its agent had gone away"),
        },
        EventKind::RunEnded { outcome, exit_code } => {
            let outcome = task::outcome(outcome);
            match exit_code {
                // The outcome's own words mostly name the exit code already.
                Some(code) if !outcome.contains(&code.to_string()) => {
                    format!("Run ended: {outcome} (exit {code})")
                }
                _ => format!("Run ended: {outcome}"),
            }
        }
        EventKind::Reviewed { review } => reviewed(review),
        EventKind::UsageReported { usage } => (task::TASK.runs.usage)(*usage),
        EventKind::CheckpointMade { label } => format!("Checkpoint: {label}"),
        EventKind::DidNothing { idle } => idle.to_string(),
        EventKind::ArtifactsAdded { artifacts } => {
            let paths: Vec<&str> = artifacts.iter().map(|file| file.path.as_str()).collect();
            format!("Left behind: {}", paths.join(", "))
        }
        EventKind::Progressed { progress } => {
            let step = progress.step.as_deref().unwrap_or_default();
            match progress.percent {
                Some(percent) if step.is_empty() => format!("Progress: {percent} %"),
                Some(percent) => format!("Progress: {percent} %, {step}"),
                None => format!("Progress: {step}"),
            }
        }
    }
}

fn moved(to: &State) -> String {
    match to {
        State::Queued { reason, .. } => match reason {
            QueueReason::First => "Queued",
            QueueReason::Retry => "Queued for a retry",
            QueueReason::Rework => "Queued for rework",
            QueueReason::Resume => "Queued to go on",
            QueueReason::Interrupted => "Queued again after an interruption",
            QueueReason::AgentLost => "Queued again: its agent went away",
        }
        .to_owned(),
        State::Executing { .. } => "Started".to_owned(),
        State::Awaiting { ask, .. } => format!("Asks: {}", ask.question),
        State::Failed { why, message, .. } => {
            let lead = match why {
                FailureReason::Invalid => "Refused",
                FailureReason::Denied => "Denied",
                FailureReason::CrashLoop => "Failed: interrupted too often",
                FailureReason::Interrupted => "Failed: interrupted",
                FailureReason::ReviewRejected => "Failed: rejected by review",
                FailureReason::Dependency => "Failed: what it needs failed",
                FailureReason::RunFailed => "Failed",
            };
            if message.is_empty() { lead.to_owned() } else { format!("{lead}: {message}") }
        }
        State::Skipped { why, .. } => match why {
            SkipReason::Overlap => "Skipped: the one before was still at work",
            SkipReason::NothingChanged => "Skipped: nothing had changed",
            SkipReason::NoEvidence => "Skipped: there was nothing to work on",
            SkipReason::Dependency => "Skipped: what it needs did not end as it should",
            SkipReason::Condition => "Skipped: its condition did not hold",
            SkipReason::Asked => "Skipped, as asked",
        }
        .to_owned(),
        other => task::state(other).to_owned(),
    }
}

const fn created(cause: Cause) -> &'static str {
    match cause {
        Cause::Created => "Planned to run once",
        Cause::Schedule => "Planned by its schedule",
        Cause::RunNow => "Asked to run now",
        Cause::RunAgain => "Asked to run again",
        Cause::ByHand => "Done by hand",
        Cause::Chain => "Planned, as a task before it has ended",
    }
}

fn left_out(range: &SkippedRange) -> String {
    let count = grouped(usize::try_from(range.count).unwrap_or(usize::MAX));
    let least = if range.at_least { "at least " } else { "" };
    let starts = if range.count == 1 { "start" } else { "starts" };
    let why = match range.why {
        Missed::Misfire => "nothing could run then",
        Missed::StartDeadline => "it was too late for them",
    };
    format!("Left out {least}{count} {starts}: {why}")
}

fn reviewed(review: &Review) -> String {
    let verdict = if review.passed { details::REVIEW.passed } else { details::REVIEW.sent_back };
    let score = review.score.map(details::REVIEW.score_of);
    let lead = match score {
        Some(score) => format!("{verdict}, {score}"),
        None => verdict.to_owned(),
    };
    if review.feedback.is_empty() { lead } else { format!("{lead}: {}", review.feedback) }
}

/// What came of a piece of work: `Ran · completed in 3s`.
pub(super) fn summary(summary: &Summary) -> String {
    let Some(state) = &summary.state else {
        return summary.cause.map_or_else(String::new, |cause| created(cause).to_owned());
    };
    let ran = |how: String| {
        let tries = match summary.tries {
            0 | 1 => String::new(),
            tries => format!(" on try {tries}"),
        };
        let took = match summary.took {
            Some(took) => format!(" in {}", time::span(took)),
            None => String::new(),
        };
        format!("Ran · {how}{tries}{took}")
    };
    match state {
        State::Completed { .. } if summary.cause == Some(Cause::ByHand) => {
            created(Cause::ByHand).to_owned()
        }
        State::Completed { .. } => ran("completed".to_owned()),
        State::Failed { .. } if summary.tries > 1 => {
            format!("{} ({} tries)", moved(state), summary.tries)
        }
        State::Cancelled { .. } if summary.took.is_some() => ran("cancelled".to_owned()),
        State::Executing { .. } if summary.tries > 1 => format!("At work, try {}", summary.tries),
        State::Executing { .. } => "At work".to_owned(),
        other => moved(other),
    }
}

pub(super) fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Human(interface) if interface == "window" => "you".to_owned(),
        Actor::Human(interface) if interface.is_empty() => "you".to_owned(),
        Actor::Human(interface) => format!("you, {interface}"),
        Actor::Agent(name) => name.clone(),
        Actor::System => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{ErrorCategory, Failure, Outcome};

    fn ended(outcome: Outcome, exit_code: Option<i32>) -> String {
        event(&EventKind::RunEnded { outcome, exit_code })
    }

    #[test]
    fn an_exit_code_is_said_once() {
        let zero = Outcome::Succeeded { summary: "exit 0".to_owned() };
        assert_eq!(ended(zero, Some(0)), "Run ended: exit 0");
        let failure = Failure::new(ErrorCategory::Timeout, "Took too long.");
        assert_eq!(
            ended(Outcome::Failed(failure), Some(137)),
            "Run ended: Took too long. (exit 137)"
        );
    }

    #[test]
    fn what_came_of_it_says_tries_and_time() {
        let at = aegis_domain::Timestamp::UNIX_EPOCH;
        let took = Some(crate::format::Span::Seconds(3));
        let done = Summary { state: Some(State::Completed { at }), cause: None, tries: 1, took };
        assert_eq!(summary(&done), "Ran · completed in 3s");
        let second = Summary { tries: 2, ..done.clone() };
        assert_eq!(summary(&second), "Ran · completed on try 2 in 3s");
        let by_hand = Summary { cause: Some(Cause::ByHand), tries: 0, took: None, ..done };
        assert_eq!(summary(&by_hand), "Done by hand");
        let new = Summary { state: None, cause: Some(Cause::Schedule), tries: 0, took: None };
        assert_eq!(summary(&new), "Planned by its schedule");
    }

    #[test]
    fn a_review_says_verdict_score_and_words() {
        let review = Review {
            by: Actor::System,
            kind: aegis_domain::ReviewKind::User,
            at: aegis_domain::Timestamp::UNIX_EPOCH,
            passed: false,
            feedback: "The tests are missing.".to_owned(),
            score: Some(40),
        };
        assert_eq!(reviewed(&review), "Sent back, 40 of 100: The tests are missing.");
    }

    #[test]
    fn fields_are_named_in_words() {
        let kind =
            EventKind::TaskEdited { fields: vec!["title".to_owned(), "max_retries".to_owned()] };
        assert_eq!(event(&kind), "Edited: title, max retries");
    }
}

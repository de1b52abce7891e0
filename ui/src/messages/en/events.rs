//! Events in English.

use aegis_domain::{
    Actor, Cause, EventKind, FailureReason, QueueReason, RunReason, SkipReason, State,
};

use super::task;

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
        EventKind::OccurrenceCreated { cause } => match cause {
            Cause::Created => "Planned to run once",
            Cause::Schedule => "Planned by its schedule",
            Cause::RunNow => "Asked to run now",
            Cause::RunAgain => "Asked to run again",
            Cause::ByHand => "Done by hand",
        }
        .to_owned(),
        EventKind::Moved { to, .. } => moved(to),
        EventKind::CancelRequested => "Asked to cancel".to_owned(),
        EventKind::RunAssigned { number, reason } => match reason {
            RunReason::First => format!("Run {number} claimed"),
            RunReason::Retry => format!("Run {number} claimed, a retry"),
            RunReason::Rework => format!("Run {number} claimed, to rework"),
            RunReason::Resume => format!("Run {number} claimed, to go on"),
            RunReason::Interrupted => format!("Run {number} claimed, after an interruption"),
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
            SkipReason::Dependency => "Skipped: what it needs was left out",
        }
        .to_owned(),
        other => task::state(other).to_owned(),
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
    fn fields_are_named_in_words() {
        let kind =
            EventKind::TaskEdited { fields: vec!["title".to_owned(), "max_retries".to_owned()] };
        assert_eq!(event(&kind), "Edited: title, max retries");
    }
}

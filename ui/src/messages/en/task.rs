//! A task in English.

use aegis_domain::{
    Cause, Outcome, Priority, QueueReason, ReminderSettings, RunReason, ShellSettings, State,
};
use aegis_protocol::Action;

use crate::messages::{Facts, Runs, Task, TaskTabs};

pub(super) const TASK: Task = Task {
    number: |number| format!("#{number}"),
    state,
    no_state: "Not run yet",
    cancelling: "Cancelling",
    executor,
    priority_of: |value| format!("Priority {value}, {}", band(value)),
    priority_fact: |value| format!("{value} {}", band(value)),
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
        due: "Due",
        exit: "Exit status",
        created: "Created",
        tags: "Tags",
    },
    tabs: TaskTabs { label: "Views of this task", log: "Log", runs: "Runs", activity: "Activity" },
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
        },
        cause: |cause| match cause {
            Cause::Created => "once",
            Cause::Schedule => "scheduled",
            Cause::RunNow => "run now",
            Cause::RunAgain => "run again",
            Cause::ByHand => "done by hand",
        },
        live: "at work",
        show_log: "Show its log",
    },
    allow: "Allow",
    deny: "Deny",
    send: "Send",
    answer: "Your answer",
    accept: "Accept",
    send_back: "Send back",
    feedback: "What is missing?",
    wants_review: "Is the result good?",
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

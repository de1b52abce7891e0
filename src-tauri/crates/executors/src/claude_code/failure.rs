//! Why a session failed, for people: a category, a sentence and what to do.

use aegis_domain::{ErrorCategory, Failure, Timestamp};
use chrono::TimeDelta;
use nix::sys::signal::Signal;

use super::account::{Account, Stop};
use super::stream::{Denial, Final, Trouble};
use crate::process::Exit;
use crate::words;

/// How many tools a sentence lists.
const LISTED: usize = 3;
/// A service that names a moment further away than this is not believed: a day and a bit more than
/// a week, the longest limit that there is.
const LONGEST_LIMIT: TimeDelta = TimeDelta::days(9);

/// Aegis ended it, because of this.
pub(super) fn stopped(stop: Stop, account: &Account, now: Timestamp) -> Failure {
    match stop {
        Stop::Trouble(trouble) => of(trouble, "", account, now),
        Stop::Limited(wait) => {
            let failure = rate_limited("");
            match TimeDelta::from_std(wait).ok().and_then(|wait| now.checked_add_signed(wait)) {
                Some(at) if at - now <= LONGEST_LIMIT => failure.not_before(at),
                _ => failure,
            }
        }
        Stop::PlanLimit(until) => plan_limit(until, now),
    }
}

/// There is nothing left that it may cost.
pub(super) fn no_budget() -> Failure {
    Failure::new(ErrorCategory::Budget, "Its budget is used up.")
        .with_hint("Give the task a larger budget.")
}

/// It took too long.
pub(super) fn too_slow(limit: &str) -> Failure {
    Failure::new(
        ErrorCategory::Timeout,
        format!("It was ended because it ran longer than its limit of {limit}."),
    )
    .with_hint("Give the task a longer time limit, or see in its log what kept it.")
}

/// It said itself that it failed.
pub(super) fn said(end: &Final, account: &Account, now: Timestamp) -> Failure {
    let errors = end.errors.join("; ");
    let text = if end.text.trim().is_empty() { errors.trim() } else { end.text.trim() };
    match end.kind.as_deref() {
        Some("error_max_turns") => {
            return Failure::new(
                ErrorCategory::Budget,
                format!("It used up its turns ({}) before it was done.", end.turns),
            )
            .with_hint("Allow more with max_turns, or make the task smaller.");
        }
        Some("error_max_budget_usd") => {
            let cost = end.cost.map_or_else(String::new, |cost| format!(" (${cost})"));
            return Failure::new(
                ErrorCategory::Budget,
                format!("It used up its budget before it was done{cost}."),
            )
            .with_hint("Give the task a larger budget, or make it smaller.");
        }
        _ => {}
    }
    let too_long = ["prompt is too long", "request too large", "context window"];
    let lower = text.to_lowercase();
    if end.status == Some(413) || too_long.iter().any(|words| lower.contains(words)) {
        return Failure::new(
            ErrorCategory::SyntaxError,
            format!("There was more to read than the model can: {}.", clause(text)),
        )
        .with_hint("Give it less to read at once, or begin a new session.");
    }
    let trouble = account.trouble().filter(|trouble| *trouble != Trouble::Unknown);
    let of_status = |status| match status {
        401 | 403 => Some(Trouble::Auth),
        402 => Some(Trouble::Billing),
        404 => Some(Trouble::Model),
        429 => Some(Trouble::RateLimit),
        529 => Some(Trouble::Overloaded),
        500..=599 => Some(Trouble::Server),
        400..=499 => Some(Trouble::Request),
        _ => None,
    };
    match trouble.or_else(|| end.status.and_then(of_status)) {
        Some(trouble) => of(trouble, text, account, now),
        None if account.trouble().is_some() => of(Trouble::Unknown, text, account, now),
        None => Failure::new(
            ErrorCategory::CommandFailed,
            match text {
                "" => "Claude Code says that it failed, and not why.".to_owned(),
                text => format!("Claude Code says that it failed: {}.", clause(text)),
            },
        )
        .with_hint("See its log."),
    }
}

fn of(trouble: Trouble, text: &str, account: &Account, now: Timestamp) -> Failure {
    let with = |category, sentence: &str, hint: &str| {
        let message = match clause(text) {
            text if text.is_empty() => format!("{sentence}."),
            text => format!("{sentence}: {text}."),
        };
        Failure::new(category, message).with_hint(hint)
    };
    match trouble {
        Trouble::Auth => with(
            ErrorCategory::Auth,
            "Claude Code has no login, or its key was refused",
            "Log in once in a terminal with: claude — or give Aegis a key: aegis key set anthropic",
        ),
        Trouble::Billing => with(
            ErrorCategory::Budget,
            "The account has no credit left",
            "Buy credit at console.anthropic.com, then run it again.",
        ),
        Trouble::RateLimit => match account.limit() {
            Some(until) => plan_limit(Some(until), now),
            None => rate_limited(text),
        },
        Trouble::Overloaded => with(
            ErrorCategory::Network,
            "The service has too much to do",
            "It is tried again; look at status.anthropic.com if it goes on.",
        ),
        Trouble::Server => with(
            ErrorCategory::Network,
            "The service failed",
            "It is tried again; look at status.anthropic.com if it goes on.",
        ),
        Trouble::Model => with(
            ErrorCategory::SyntaxError,
            "There is no such model for this account",
            "Choose another one with --model.",
        ),
        Trouble::Request => with(
            ErrorCategory::SyntaxError,
            "The service could not read what it was sent",
            "Update Claude Code with: claude update — and look at the tools that it was given.",
        ),
        Trouble::OutputLimit => with(
            ErrorCategory::InvalidOutput,
            "Its answer was longer than the model may say at once",
            "Make the task smaller, or ask for a shorter answer.",
        ),
        Trouble::Unknown => with(
            ErrorCategory::Network,
            "The service could not be reached, or broke off",
            "Look whether this machine has a network; it is tried again.",
        ),
    }
}

fn rate_limited(text: &str) -> Failure {
    let message = match clause(text) {
        text if text.is_empty() => "The service asked for a pause.".to_owned(),
        text => format!("The service asked for a pause: {text}."),
    };
    Failure::new(ErrorCategory::RateLimited, message)
        .with_hint("It goes on by itself once the pause is over.")
}

fn plan_limit(until: Option<i64>, now: Timestamp) -> Failure {
    let failure =
        Failure::new(ErrorCategory::RateLimited, "The limit of the account's plan is reached.")
            .with_hint("It goes on by itself once there is room again.");
    let until = until.and_then(|seconds| Timestamp::from_timestamp(seconds, 0));
    match until.filter(|at| *at > now && *at - now <= LONGEST_LIMIT) {
        Some(at) => failure.not_before(at),
        None => failure,
    }
}

/// It ended so, at this point.
pub(super) fn exit(exit: Exit, when: &str, complaint: &str) -> Failure {
    let complaint = clause(complaint);
    let and_said = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
    let hint = "See its log.";
    match (exit.code, exit.signal) {
        (Some(code), _) => Failure::new(
            ErrorCategory::CommandFailed,
            format!("Claude Code exited with code {code} {when}{and_said}."),
        )
        .with_hint(hint),
        (None, Some(signal)) => {
            let known = Signal::try_from(signal).ok();
            let name = known.map_or_else(|| format!("signal {signal}"), |known| known.to_string());
            Failure::new(
                ErrorCategory::Interrupted,
                format!("Claude Code was ended by {name} {when}{and_said}."),
            )
            .with_hint(match known {
                Some(Signal::SIGKILL) => {
                    "Something outside Aegis killed it; the system does so when memory runs out."
                }
                _ => "Something outside Aegis sent it, or the program itself.",
            })
        }
        (None, None) => {
            Failure::new(ErrorCategory::Internal, "Its process could not be ended.".to_owned())
                .with_hint("It is stuck in the kernel, or of another user: look with ps.")
        }
    }
}

/// The tools that were not allowed, in words.
pub(super) fn tools(denials: &[Denial]) -> String {
    let mut names: Vec<&str> = denials.iter().map(|denial| denial.tool.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(LISTED);
    let mut listed: Vec<String> = names.into_iter().take(LISTED).map(words::quoted).collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    listed.join(", ")
}

/// Words from outside within a sentence, without their full stop.
fn clause(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    words::quoted(line.join(" ").trim_end_matches('.'))
}

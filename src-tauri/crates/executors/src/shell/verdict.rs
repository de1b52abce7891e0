//! What a program's end means for its run.

use std::time::Duration;

use aegis_domain::{ErrorCategory, Failure, Outcome};
use aegis_helper::StartFailure;
use aegis_ports::Ended;
use nix::sys::signal::Signal;

use crate::process::{self, CallOff, Cause, End, Exit};
use crate::{early, words};

/// Words that shells know and that are no programs.
const OF_THE_SHELL: [&str; 12] = [
    "alias", "cd", "eval", "exec", "exit", "export", "if", "set", "source", "ulimit", "unset",
    "while",
];

/// What was tried.
pub(super) struct Tried {
    pub(super) program: String,
    /// Where the program was looked for.
    pub(super) path: Option<String>,
    /// The time limit.
    pub(super) limit: Duration,
}

impl Tried {
    /// How the run ended.
    pub(super) fn verdict(&self, end: End) -> Ended {
        match end {
            End::Lost => early::lost(),
            End::CalledOff(call_off) => called_off(call_off).into(),
            End::NotStarted { kind, message } => Ended::failed(self.not_started(kind, &message)),
            End::Exited(exit) => {
                let outcome = match exit.cause {
                    Cause::CalledOff(call_off) => called_off(call_off),
                    Cause::TimeLimit => Outcome::Failed(self.too_slow()),
                    Cause::Itself => judged(exit),
                };
                Ended { exit_code: exit.code, ..outcome.into() }
            }
        }
    }

    fn too_slow(&self) -> Failure {
        let limit = words::duration(self.limit);
        Failure::new(
            ErrorCategory::Timeout,
            format!("It was ended because it ran longer than its limit of {limit}."),
        )
        .with_hint("Give the task a longer time limit, or see in its log what kept it.")
    }

    fn not_started(&self, kind: StartFailure, message: &str) -> Failure {
        match kind {
            StartFailure::NotFound => self.not_found(),
            _ => process::not_started(kind, message),
        }
    }

    fn not_found(&self) -> Failure {
        let program = words::quoted(&self.program);
        let failure = Failure::new(
            ErrorCategory::FileNotFound,
            format!("The program “{program}” was not found."),
        );
        failure.with_hint(if OF_THE_SHELL.contains(&program.as_str()) {
            format!("“{program}” is a word of the shell, not a program: run sh -c '{program} …'")
        } else if program.contains(char::is_whitespace) {
            "All of it was taken for one name: give the program and its arguments apart, or run \
             sh -c '…'"
                .to_owned()
        } else if program.contains('/') {
            "Check its path, and that of the interpreter which its first line names.".to_owned()
        } else {
            match self.path.as_deref() {
                Some(path) => format!(
                    "Install it, or give its full path. It was looked for in {}.",
                    words::quoted(path)
                ),
                None => "Install it, or give its full path.".to_owned(),
            }
        })
    }
}

/// What it means that a run was called off.
pub(crate) fn called_off(call_off: CallOff) -> Outcome {
    match call_off {
        CallOff::Cancel => Outcome::Cancelled,
        CallOff::Shutdown => Outcome::Interrupted,
        CallOff::Park => Outcome::Suspended,
    }
}

/// A program that ended by itself.
fn judged(exit: Exit) -> Outcome {
    match (exit.code, exit.signal) {
        (Some(0), _) => Outcome::Succeeded { summary: "exit 0".to_owned() },
        (Some(code), _) => Outcome::Failed(
            Failure::new(ErrorCategory::CommandFailed, format!("Exited with code {code}."))
                .with_hint(match code {
                    // The conventions of POSIX shells (2.8.2, exit status for commands).
                    126 => "A shell says so when a program may not be executed: see its log.",
                    127 => "A shell says so when a program was not found: see its log.",
                    _ => "See in its log what it printed.",
                }),
        ),
        (None, Some(signal)) => Outcome::Failed(ended_by(signal)),
        (None, None) => Outcome::Failed(
            Failure::new(ErrorCategory::Internal, "Its process could not be ended.")
                .with_hint("It belongs to another user, or is stuck in the kernel: look with ps."),
        ),
    }
}

fn ended_by(signal: i32) -> Failure {
    let known = Signal::try_from(signal).ok();
    let name = known.map_or_else(|| format!("signal {signal}"), |known| known.to_string());
    let failure = |meaning: &str| {
        Failure::new(ErrorCategory::CommandFailed, format!("Ended by {name}{meaning}."))
    };
    match known {
        Some(Signal::SIGKILL) => failure(" (killed)").with_hint(
            "Something outside Aegis killed it; the system does so when memory runs out.",
        ),
        Some(Signal::SIGSEGV | Signal::SIGBUS) => {
            failure(" (it used memory that is not its own)").with_hint("The program has a bug.")
        }
        Some(Signal::SIGABRT) => {
            failure(" (it gave up)").with_hint("See in its log what it printed.")
        }
        Some(Signal::SIGPIPE) => {
            failure(" (nobody read its output)").with_hint("See in its log what it printed.")
        }
        _ => failure("").with_hint("Something outside Aegis sent it, or the program itself."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn tried(program: &str) -> Tried {
        Tried {
            program: program.to_owned(),
            path: Some("/usr/bin:/bin".to_owned()),
            limit: Duration::from_secs(300),
        }
    }

    fn exited(code: Option<i32>, signal: Option<i32>, cause: Cause) -> Ended {
        tried("x").verdict(End::Exited(Exit { code, signal, cause }))
    }

    fn failure(ended: Ended) -> Failure {
        match ended.outcome {
            Outcome::Failed(failure) => failure,
            other => panic!("no failure: {other:?}"),
        }
    }

    #[test]
    fn exit_0_is_the_evidence_of_success() {
        let summary = "exit 0".to_owned();
        let expected = Ended { exit_code: Some(0), ..Outcome::Succeeded { summary }.into() };
        assert_eq!(exited(Some(0), None, Cause::Itself), expected);
    }

    #[test]
    fn other_codes_are_failures_that_keep_the_code() {
        let ended = exited(Some(3), None, Cause::Itself);
        assert_eq!(ended.exit_code, Some(3));
        let failure = failure(ended);
        assert_eq!(failure.category, ErrorCategory::CommandFailed);
        assert_eq!(failure.message, "Exited with code 3.");
    }

    #[rstest]
    #[case(11, "Ended by SIGSEGV (it used memory that is not its own).")]
    #[case(9, "Ended by SIGKILL (killed).")]
    #[case(15, "Ended by SIGTERM.")]
    #[case(40, "Ended by signal 40.")]
    fn a_signal_is_named(#[case] signal: i32, #[case] message: &str) {
        let ended = exited(None, Some(signal), Cause::Itself);
        assert_eq!(ended.exit_code, None);
        assert_eq!(failure(ended).message, message);
    }

    #[rstest]
    #[case(CallOff::Cancel, Outcome::Cancelled)]
    #[case(CallOff::Shutdown, Outcome::Interrupted)]
    #[case(CallOff::Park, Outcome::Suspended)]
    fn what_is_called_off_is_no_success_whatever_its_code(
        #[case] call_off: CallOff,
        #[case] outcome: Outcome,
    ) {
        let ended = exited(Some(0), None, Cause::CalledOff(call_off));
        assert_eq!(ended, Ended { exit_code: Some(0), ..outcome.clone().into() });
        assert_eq!(tried("x").verdict(End::CalledOff(call_off)).outcome, outcome);
    }

    #[test]
    fn the_time_limit_is_named() {
        let failure = failure(exited(Some(0), None, Cause::TimeLimit));
        assert_eq!(failure.category, ErrorCategory::Timeout);
        let message = "It was ended because it ran longer than its limit of 5 minutes.";
        assert_eq!(failure.message, message);
    }

    #[rstest]
    #[case("nosuch", "looked for in /usr/bin:/bin.")]
    #[case("./nosuch", "Check its path")]
    #[case("echo hi", "taken for one name")]
    #[case("cd", "word of the shell")]
    fn a_program_that_is_not_found_is_named_with_what_to_do(
        #[case] program: &str,
        #[case] advice: &str,
    ) {
        let kind = StartFailure::NotFound;
        let failure = failure(tried(program).verdict(End::NotStarted { kind, message: "".into() }));
        assert_eq!(failure.category, ErrorCategory::FileNotFound);
        assert_eq!(failure.message, format!("The program “{program}” was not found."));
        let hint = failure.hint.unwrap();
        assert!(hint.contains(advice), "{hint}");
    }

    #[test]
    fn what_never_ran_has_lost_its_agent() {
        assert_eq!(tried("x").verdict(End::Lost).outcome, Outcome::AgentLost);
    }
}

//! Whether a session did what it was to do. The table that users read is in docs/claude-code.md.
//!
//! Nobody is believed alone: not the model that says that it is done, not the exit code, not the
//! last message. A closed stream without a last message is a failure.

use aegis_domain::{ErrorCategory, Failure, Outcome, Timestamp};

use super::account::{Account, Stop};
use super::failure;
use crate::process::{CallOff, Cause, Exit};
use crate::words;

/// What is known of a session once its last process has ended.
pub(super) struct Evidence<'a> {
    /// What it said.
    pub(super) account: &'a Account,
    /// How its program ended.
    pub(super) exit: Exit,
    /// Why Aegis ended it, if it did.
    pub(super) stop: Option<Stop>,
    /// A call of it waits for somebody's decision.
    pub(super) parked: bool,
    /// The session that was wanted.
    pub(super) session: &'a str,
    /// What it wrote to its standard error last.
    pub(super) complaint: &'a str,
    /// The time limit, as words.
    pub(super) limit: &'a str,
    /// Now.
    pub(super) now: Timestamp,
}

impl Evidence<'_> {
    /// How the run ended.
    pub(super) fn judge(&self) -> Outcome {
        // Work that was done before it was called off is done.
        if let Some(summary) = self.success() {
            return Outcome::Succeeded { summary };
        }
        if self.parked {
            return Outcome::Suspended;
        }
        if let Some(stop) = self.stop {
            return Outcome::Failed(failure::stopped(stop, self.account, self.now));
        }
        match self.exit.cause {
            Cause::CalledOff(CallOff::Cancel) => return Outcome::Cancelled,
            Cause::CalledOff(CallOff::Shutdown) => return Outcome::Interrupted,
            Cause::CalledOff(CallOff::Park) => return Outcome::Suspended,
            Cause::TimeLimit => return Outcome::Failed(failure::too_slow(self.limit)),
            Cause::Itself => {}
        }
        Outcome::Failed(self.failure())
    }

    /// The evidence in a few words, if there is all of it.
    fn success(&self) -> Option<String> {
        let end = self.account.end()?;
        let (succeeded, failed) = self.account.used();
        let asked_only = succeeded + failed == 0 && end.denials.is_empty();
        let did = succeeded > 0 || asked_only && !self.answer().is_empty();
        let sound = !end.failed
            && end.kind.as_deref() == Some("success")
            && end.deferred.is_none()
            && end.stop_reason.as_deref() != Some(DEFERRED)
            && self.account.trouble().is_none()
            && self.is_the_one()
            && self.exit.code == Some(0);
        (sound && did && !self.parked).then(|| self.summary(succeeded, failed))
    }

    fn summary(&self, succeeded: u64, failed: u64) -> String {
        let mut said = vec![match succeeded + failed {
            0 => "answered without using a tool".to_owned(),
            all => format!("used tools {}", words::counted(all, "time")),
        }];
        if failed > 0 {
            said.push(format!("{failed} of them without success"));
        }
        if let Some(end) = self.account.end() {
            said.push(words::counted(end.turns, "turn"));
            if let Some(cost) = end.cost {
                said.push(format!("${cost}"));
            }
            if !end.denials.is_empty() {
                said.push(format!("was not allowed to use {}", failure::tools(&end.denials)));
            }
        }
        said.join(" · ")
    }

    /// The words with which it ended.
    pub(super) fn answer(&self) -> &str {
        let end = self.account.end().map(|end| end.text.trim());
        end.filter(|text| !text.is_empty()).unwrap_or_else(|| self.account.text().trim())
    }

    /// Whether the one that spoke is the one that was wanted.
    fn is_the_one(&self) -> bool {
        self.account.session() == Some(self.session) && self.account.foreign().is_none()
    }

    fn failure(&self) -> Failure {
        let account = self.account;
        let Some(end) = account.end() else { return self.without_end() };
        if !self.is_the_one() {
            return Failure::new(
                ErrorCategory::InvalidOutput,
                "It answered for another session than the one that was started.",
            )
            .with_hint(
                "Run it again; if it repeats, keep its output with raw_log and look at it.",
            );
        }
        if let Some(tool) = &end.deferred {
            return Failure::new(
                ErrorCategory::PolicyDenied,
                format!("A hook of its user put the use of {} off.", words::quoted(tool)),
            )
            .with_hint("Look at the hooks in ~/.claude/settings.json.");
        }
        if end.failed || account.trouble().is_some() || end.kind.as_deref() != Some("success") {
            return failure::said(end, account, self.now);
        }
        if self.exit.code != Some(0) {
            return failure::exit(self.exit, "although it said that it was done", self.complaint);
        }
        if !end.denials.is_empty() {
            return Failure::new(
                ErrorCategory::PolicyDenied,
                format!("It was not allowed to use {}.", failure::tools(&end.denials)),
            )
            .with_hint(
                "Allow it (allowed_tools, permission_mode), or say in the prompt how it is to be \
                 done without.",
            );
        }
        match account.used() {
            (0, 0) => {
                Failure::new(ErrorCategory::InvalidOutput, "It ended without having done anything.")
                    .with_hint(
                        "Say in the prompt what is to be done, and how one can see that it is.",
                    )
            }
            (_, failed) => Failure::new(
                ErrorCategory::InvalidOutput,
                format!(
                    "None of what it tried succeeded: {}.",
                    words::counted(failed, "tool call")
                ),
            )
            .with_hint("See in its log what the tools answered."),
        }
    }

    /// It stopped to write before it had said how it went.
    fn without_end(&self) -> Failure {
        let noise = self.account.noise().unwrap_or_default();
        let complaint = if self.complaint.is_empty() { noise } else { self.complaint };
        if self.exit.code == Some(0) {
            return Failure::new(
                ErrorCategory::InvalidOutput,
                "It ended without saying how it went.",
            )
            .with_hint("Run it again; if it repeats, update Claude Code: claude update");
        }
        failure::exit(self.exit, "before it said how it went", complaint)
    }
}

/// Why the model stopped, when a call of it waits.
pub(super) const DEFERRED: &str = "tool_deferred";

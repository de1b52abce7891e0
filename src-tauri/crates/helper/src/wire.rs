//! The messages between engine and helper: JSON, one a line.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cgroup::Controls;
use crate::{Mechanism, ProcessIdentity, Sandbox};

/// The longest message, in bytes and without its newline. It bounds what the helper keeps in
/// memory; a larger [`Spec::stdin`] belongs in a file.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// What to start, and with what.
///
/// Program, arguments and environment are UTF-8: that is what a task can hold, and what JSON can
/// carry. A NUL byte in any of them, and an environment name that is empty or contains `=`, is
/// answered with [`Report::StartFailed`].
// A field that this helper does not know may be a restriction that it would not enforce: the
// message is refused rather than obeyed in part.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The program: a path, or a name that is looked up in the `PATH` of [`Spec::env`] (without
    /// one, in the C library's default, `/bin:/usr/bin`). A relative path that contains a `/` is
    /// relative to [`Spec::cwd`].
    pub program: String,
    /// The arguments after the program's own name.
    pub args: Vec<String>,
    /// The complete environment: nothing else is inherited. Of equal names the last one counts.
    pub env: Vec<(String, String)>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// What the child reads on its standard input, before its end. `None` is `/dev/null`.
    #[serde(default)]
    pub stdin: Option<String>,
    /// How long the child may run, in milliseconds; then it is ended as by [`Control::Cancel`].
    /// The time that it is frozen, or that the machine sleeps, does not count.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    /// How long processes have to obey one signal before the next, stronger one, in milliseconds.
    #[serde(default = "Spec::default_grace_ms")]
    pub grace_ms: u64,
    /// What keeps it apart; `None` is what its user may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Box<Sandbox>>,
    /// Whether the child runs in a terminal: the one that the helper has as its standard output,
    /// which becomes the child's controlling terminal, its input and its output.
    #[serde(default)]
    pub pty: bool,
}

impl Spec {
    /// The grace period unless a spec says otherwise: 2 s.
    pub const DEFAULT_GRACE: Duration = Duration::from_secs(2);

    fn default_grace_ms() -> u64 {
        u64::try_from(Self::DEFAULT_GRACE.as_millis()).unwrap_or(u64::MAX)
    }
}

/// Shows the names of the environment but not its values, nor the input: both may hold secrets.
impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.env.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Spec")
            .field("program", &self.program)
            .field("args", &self.args)
            .field("env", &names)
            .field("cwd", &self.cwd)
            .field("stdin_bytes", &self.stdin.as_ref().map(String::len))
            .field("timeout_ms", &self.timeout_ms)
            .field("grace_ms", &self.grace_ms)
            .field("sandbox", &self.sandbox)
            .field("pty", &self.pty)
            .finish()
    }
}

/// What the engine asks of a helper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// What to start. It is held until [`Control::Go`].
    Start(Spec),
    /// Start it now.
    Go,
    /// End the run in steps: SIGINT, the grace period, SIGTERM, the grace period, SIGKILL, each to
    /// every process of the run, and no step once none is left. Before `Go` the helper just ends.
    Cancel,
    /// End the run with SIGKILL, now. Before `Go` the helper just ends.
    Kill,
    /// Stop every process of the run (SIGSTOP), and the clock of its time limit. Answered with
    /// [`Report::Frozen`], unless the run is being ended already.
    Freeze,
    /// Undo [`Control::Freeze`]. Answered with [`Report::Continued`], unless the run is being
    /// ended already. `Cancel` and `Kill` need no `Continue` before them.
    Continue,
    /// Stop the clock of the time limit; the processes go on. Not answered.
    StopClock,
    /// Undo [`Control::StopClock`]. Not answered.
    StartClock,
}

/// What a helper tells the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// The first report: the helper waits for [`Control::Start`].
    Ready {
        /// The helper itself. Every process of the run is below it: it is the root to give to
        /// [`ProcessIdentity::kill_tree`].
        helper: ProcessIdentity,
    },
    /// The child runs its program.
    Started {
        /// The child: leader of a session and of a process group of its own. In a sandbox, the
        /// process that holds the sandbox together, with the program below it.
        child: ProcessIdentity,
        /// What keeps it apart, if it was to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sandbox: Option<Mechanism>,
        /// What a control group limits for all processes of the run together, if it is in one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<Controls>,
    },
    /// The program could not be started. The last report.
    StartFailed {
        /// The operating system's error number.
        errno: i32,
        /// What kind of mistake it is.
        kind: StartFailure,
        /// What went wrong and what to do, in a sentence for people.
        message: String,
    },
    /// Every process of the run is stopped.
    Frozen,
    /// Every process of the run goes on.
    Continued,
    /// The run has ended, and no process of it is left. The last report.
    Exited {
        /// The child's exit code, if it exited.
        code: Option<i32>,
        /// The signal that ended the child, if one did. Without code and signal the child could
        /// not be ended, and is among the survivors.
        signal: Option<i32>,
        /// The time limit ended the child. Never together with `cancelled`: the first cause counts.
        timed_out: bool,
        /// `Cancel` or `Kill` came while the child still ran.
        cancelled: bool,
        /// How many processes had outlived the child and had to be signalled.
        swept: u32,
        /// How many processes could not be ended, because they belong to another user or hang in
        /// the kernel. Nearly always 0.
        survivors: u32,
        /// The strongest signal that was needed; `None` when the run ended by itself.
        escalated_to: Option<Escalation>,
    },
    /// The engine said something that makes no sense here. Every process of the run has been
    /// killed. The last report.
    Protocol {
        /// What was wrong, in a sentence.
        message: String,
    },
    /// The helper cannot do its work. Every process of the run has been killed. The last report.
    Failed {
        /// What went wrong, in a sentence.
        message: String,
    },
}

/// Why a program could not be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartFailure {
    /// There is no such program.
    NotFound,
    /// The program may not be executed, or the working directory not entered.
    PermissionDenied,
    /// The working directory does not exist, or is no directory.
    CwdMissing,
    /// The sandbox that was asked for cannot be had, or not whole. Nothing was started without it.
    SandboxUnavailable,
    /// Anything else: the message says what.
    Other,
}

/// A step on the way to the end of a run, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escalation {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGKILL.
    Kill,
}

/// A message that cannot travel.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// It is longer than [`MAX_LINE`].
    #[error("the message has {bytes} bytes, more than {MAX_LINE}: put large input into a file")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It cannot be written as JSON, as a working directory that is not UTF-8.
    #[error("the message cannot be written as JSON: {0}")]
    Encode(#[source] serde_json::Error),
    /// It is no message of this protocol.
    #[error(
        "the line is not a message of this protocol ({0}): engine and helper may differ in version, restart Aegis"
    )]
    Decode(#[source] serde_json::Error),
}

impl Control {
    /// The message as a line, its newline included.
    ///
    /// # Errors
    /// [`WireError::TooLong`] and [`WireError::Encode`].
    pub fn to_line(&self) -> Result<Vec<u8>, WireError> {
        encode(self)
    }

    /// Reads a line, with or without its newline.
    ///
    /// # Errors
    /// [`WireError::Decode`].
    pub fn from_line(line: &[u8]) -> Result<Self, WireError> {
        decode(line)
    }
}

impl Report {
    /// The message as a line, its newline included.
    ///
    /// # Errors
    /// [`WireError::TooLong`] and [`WireError::Encode`].
    pub fn to_line(&self) -> Result<Vec<u8>, WireError> {
        encode(self)
    }

    /// Reads a line, with or without its newline.
    ///
    /// # Errors
    /// [`WireError::Decode`].
    pub fn from_line(line: &[u8]) -> Result<Self, WireError> {
        decode(line)
    }
}

fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    let mut line = serde_json::to_vec(message).map_err(WireError::Encode)?;
    if line.len() > MAX_LINE {
        return Err(WireError::TooLong { bytes: line.len() });
    }
    line.push(b'\n');
    Ok(line)
}

fn decode<T: DeserializeOwned>(line: &[u8]) -> Result<T, WireError> {
    serde_json::from_slice(line).map_err(WireError::Decode)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> Spec {
        Spec {
            program: "sh".into(),
            args: vec!["-c".into(), "echo \"a\nb\"".into()],
            env: vec![("TOKEN".into(), "hunter2".into())],
            cwd: "/".into(),
            stdin: Some("line 1\nline 2".into()),
            timeout_ms: Some(1_000),
            grace_ms: 5,
            sandbox: None,
            pty: false,
        }
    }

    #[test]
    fn a_message_is_one_line_and_comes_back_equal() {
        let control = Control::Start(spec());
        let line = control.to_line().unwrap();
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(Control::from_line(&line).unwrap(), control);
    }

    #[test]
    fn what_may_be_left_out_has_its_default() {
        let line = br#"{"start":{"program":"true","args":[],"env":[],"cwd":"/"}}"#;
        let Control::Start(spec) = Control::from_line(line).unwrap() else { panic!("no start") };
        assert_eq!((spec.stdin, spec.timeout_ms, spec.grace_ms), (None, None, 2_000));
    }

    #[test]
    fn a_restriction_that_this_version_does_not_know_is_refused() {
        let line = br#"{"start":{"program":"true","args":[],"env":[],"cwd":"/","jail":"strict"}}"#;
        let refused = Control::from_line(line).unwrap_err().to_string();
        assert!(refused.contains("jail"), "{refused}");
        let line = br#"{"start":{"program":"true","args":[],"env":[],"cwd":"/","sandbox":{"profile":"strict","network":"none","tmp":"/t","clock":"none"}}}"#;
        let refused = Control::from_line(line).unwrap_err().to_string();
        assert!(refused.contains("clock"), "{refused}");
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let shown = format!("{:?}", spec());
        assert!(shown.contains("TOKEN") && !shown.contains("hunter2"), "{shown}");
        assert!(!shown.contains("line 1"), "{shown}");
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_before_it_is_sent() {
        let control = Control::Start(Spec { stdin: Some("x".repeat(MAX_LINE)), ..spec() });
        assert!(matches!(control.to_line(), Err(WireError::TooLong { bytes }) if bytes > MAX_LINE));
    }
}

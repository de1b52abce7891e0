//! A helper process: its start, and its own end.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use aegis_helper::{Control, ProcessIdentity, Report, Spec};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

use super::lifeline::{self, Controls, Reports};
use super::terminal::Terminal;
use super::{HelperMissing, HelperPath, ProcessError};

/// How long a helper may take to say that it is there, and to go when its work is done.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// A helper that waits for the word to start its program.
pub(super) struct Helper {
    pub(super) process: Child,
    pub(super) identity: ProcessIdentity,
    pub(super) reports: Reports,
    pub(super) controls: Controls,
    pub(super) output: Output,
}

/// Where what the program prints comes from.
pub(super) enum Output {
    /// A pipe for each.
    Pipes { stdout: ChildStdout, stderr: ChildStderr },
    /// The terminal in which it runs.
    Terminal(Terminal),
}

impl Helper {
    /// Starts a helper and tells it what it is to start. Nothing of the program runs yet.
    pub(super) async fn prepare(path: &HelperPath, spec: Spec) -> Result<Self, ProcessError> {
        let pty = spec.pty;
        let start = Control::Start(spec).to_line()?;
        let (mut process, socket, terminal) = spawn(path, pty)?;
        let output = match (terminal, process.stdout.take(), process.stderr.take()) {
            (Some(terminal), ..) => Output::Terminal(terminal),
            (None, Some(stdout), Some(stderr)) => Output::Pipes { stdout, stderr },
            _ => return Err(ProcessError::Spawn(io::Error::other("it has no output pipes"))),
        };
        let (mut reports, mut controls) = lifeline::split(socket);
        let answer = timeout(ANSWER_LIMIT, async {
            // A helper that is gone shows in what it does not report.
            let _ = controls.send_line(&start).await;
            reports.next().await
        });
        match answer.await {
            Ok(Ok(Some(Report::Ready { helper: identity }))) => {
                Ok(Self { process, identity, reports, controls, output })
            }
            Ok(answer) => {
                drop(controls);
                let status = lay_to_rest(&mut process).await;
                Err(match answer {
                    Ok(Some(Report::Protocol { message } | Report::Failed { message })) => {
                        ProcessError::Stopped(message)
                    }
                    Ok(Some(_)) => ProcessError::Stopped("it did not begin as it should".into()),
                    Ok(None) => ProcessError::Died(status),
                    Err(error) => ProcessError::Died(format!("{status}; {error}")),
                })
            }
            Err(_) => {
                // It has started nothing that would be left behind.
                let _ = process.start_kill();
                lay_to_rest(&mut process).await;
                Err(ProcessError::Silent)
            }
        }
    }

    /// Ends the helper before it has started its program.
    pub(super) async fn dismiss(self) {
        let Self { mut process, controls, reports, .. } = self;
        drop((controls, reports));
        lay_to_rest(&mut process).await;
    }
}

/// Waits until the helper has ended, so that no zombie is left, and says how it did.
pub(super) async fn lay_to_rest(process: &mut Child) -> String {
    if let Ok(status) = timeout(ANSWER_LIMIT, process.wait()).await {
        return told(status);
    }
    // It has reported its end, or its lifeline is cut: there is nothing left that it should do.
    let _ = process.start_kill();
    told(timeout(ANSWER_LIMIT, process.wait()).await.map_err(Into::into).flatten())
}

fn told(status: io::Result<ExitStatus>) -> String {
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}

/// Not killed when dropped: the helper has to outlive its lifeline until every process is ended.
/// tokio reaps it then.
fn spawn(
    path: &HelperPath,
    pty: bool,
) -> Result<(Child, UnixStream, Option<Terminal>), ProcessError> {
    // What of the terminal is the program's goes to the helper in place of pipes: the helper hands
    // it on, and lets go of it.
    let (terminal, stdout, stderr) = if pty {
        let (terminal, theirs) = Terminal::open().map_err(ProcessError::Spawn)?;
        let again = theirs.try_clone().map_err(ProcessError::Spawn)?;
        (Some(terminal), Stdio::from(theirs), Stdio::from(again))
    } else {
        (None, Stdio::piped(), Stdio::piped())
    };
    let (ours, theirs) = StdUnixStream::pair().map_err(ProcessError::Spawn)?;
    ours.set_nonblocking(true).map_err(ProcessError::Spawn)?;
    let ours = UnixStream::from_std(ours).map_err(ProcessError::Spawn)?;
    let process = Command::new(path.as_path())
        .env_clear()
        // What is sent to our whole group (a SIGKILL to a job of a shell, say) must not take the
        // helper with us: it has to end the run's processes when we are gone.
        .process_group(0)
        .stdin(OwnedFd::from(theirs))
        .stdout(stdout)
        .stderr(stderr)
        .spawn();
    match process {
        Ok(process) => Ok((process, ours, terminal)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(HelperMissing::At { path: path.as_path().to_owned() }.into())
        }
        Err(error) => Err(ProcessError::Spawn(error)),
    }
}

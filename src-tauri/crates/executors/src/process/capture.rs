//! What a program prints, for a question that Aegis itself has.

use std::pin::pin;
use std::time::Duration;

use aegis_helper::{Control, Report, Spec};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use super::helper::{Helper, Output, lay_to_rest};
use super::{HelperPath, ProcessError};

/// Most bytes of an answer.
const MOST: u64 = 1024 * 1024;
/// For the helper beyond the program's own time: it ends whatever the program has started.
const SLACK: Duration = Duration::from_secs(3);

/// Runs a program below a helper of its own, and gives what it printed to standard output. Nothing
/// of it is left when this returns, whatever happens.
pub(crate) async fn capture(path: &HelperPath, spec: Spec) -> Result<Vec<u8>, ProcessError> {
    let limit = Duration::from_millis(spec.timeout_ms.unwrap_or_default()) + SLACK;
    let helper = Helper::prepare(path, spec).await?;
    let Helper { mut process, mut reports, mut controls, output, .. } = helper;
    let Output::Pipes { stdout, stderr } = output else {
        return Err(ProcessError::Stopped("it was given a terminal".to_owned()));
    };
    let mut printed = Vec::new();
    let answer = timeout(limit, async {
        // A helper that is gone shows in its reports.
        let _ = controls.send(&Control::Go).await;
        let mut printing = pin!(async {
            let rest = async { tokio::io::copy(&mut { stderr }, &mut tokio::io::sink()).await };
            tokio::join!(read(stdout, &mut printed), rest)
        });
        let mut done = false;
        loop {
            tokio::select! {
                _ = &mut printing, if !done => done = true,
                report = reports.next() => match report {
                    Ok(Some(Report::Started { .. })) => {}
                    Ok(Some(Report::Exited { code: Some(0), timed_out: false, .. })) => {
                        if !done {
                            let _ = timeout(SLACK, &mut printing).await;
                        }
                        return Ok(());
                    }
                    Ok(Some(Report::Exited { timed_out: true, .. })) => {
                        return Err(ProcessError::Silent);
                    }
                    Ok(Some(Report::StartFailed { message, .. })) => {
                        return Err(ProcessError::Stopped(message));
                    }
                    Ok(_) => return Err(ProcessError::Stopped("it failed".to_owned())),
                    Err(error) => return Err(ProcessError::Died(error.to_string())),
                },
            }
        }
    });
    let answer = answer.await;
    // The lifeline is cut: whatever is left is killed.
    drop((controls, reports));
    lay_to_rest(&mut process).await;
    answer.unwrap_or(Err(ProcessError::Silent)).map(|()| printed)
}

/// All that fits; the rest is read and forgotten, so that the program can end.
async fn read(mut pipe: impl AsyncRead + Unpin, into: &mut Vec<u8>) -> std::io::Result<u64> {
    (&mut pipe).take(MOST).read_to_end(into).await?;
    tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await
}

//! What the processes of a run print.

use std::time::Duration;

use aegis_ports::{LogSink, LogStream};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::task::yield_now;

/// Most bytes that are held for one stream. What is not taken waits in the pipe, and then with the
/// program: a slow log makes a program slow, not the memory full.
const CHUNK: usize = 64 * 1024;

/// How long the pipes may stay open when the run has ended. What it printed is in them already;
/// only a process outside the run can hold them longer.
pub(super) const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// Hands everything to the log, until both pipes have reached their end.
pub(super) async fn follow(stdout: ChildStdout, stderr: ChildStderr, log: &dyn LogSink) {
    tokio::join!(pump(stdout, LogStream::Stdout, log), pump(stderr, LogStream::Stderr, log),);
}

async fn pump(mut pipe: impl AsyncRead + Unpin, stream: LogStream, log: &dyn LogSink) {
    let mut chunk = vec![0; CHUNK];
    loop {
        match pipe.read(&mut chunk).await {
            Ok(0) => return,
            Ok(length) => log.write(stream, chunk.get(..length).unwrap_or_default()),
            Err(error) => {
                log.note(&format!("The rest of its output could not be read: {error}."));
                return;
            }
        }
        // A program that prints without end must not keep the run from being steered.
        yield_now().await;
    }
}

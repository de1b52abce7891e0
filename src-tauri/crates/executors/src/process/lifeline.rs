//! Our end of the socket between us and a helper: controls out, reports in, and the sign that we
//! live.

use std::io;

use aegis_helper::{Control, MAX_LINE, Report};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

/// What a helper says.
pub(super) struct Reports {
    socket: OwnedReadHalf,
    received: Vec<u8>,
}

/// What a helper is told. Dropping it means our death, and the end of every process of the run.
pub(super) struct Controls {
    socket: OwnedWriteHalf,
}

/// Both directions of the socket.
pub(super) fn split(socket: UnixStream) -> (Reports, Controls) {
    let (reader, writer) = socket.into_split();
    (Reports { socket: reader, received: Vec::new() }, Controls { socket: writer })
}

impl Reports {
    /// The next report; `None` when the helper is gone. Cancel safe.
    ///
    /// # Errors
    /// When the helper's last words cannot be read, or are no report.
    pub(super) async fn next(&mut self) -> io::Result<Option<Report>> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=end).collect();
                return Report::from_line(&line).map(Some).map_err(io::Error::other);
            }
            if self.received.len() > MAX_LINE {
                let message = format!("a report is longer than {MAX_LINE} bytes");
                return Err(io::Error::other(message));
            }
            match self.socket.read_buf(&mut self.received).await {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                // It went without reading all that it was told.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Controls {
    pub(super) async fn send(&mut self, control: &Control) -> io::Result<()> {
        let line = control.to_line().map_err(io::Error::other)?;
        self.send_line(&line).await
    }

    pub(super) async fn send_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.socket.write_all(line).await
    }
}

//! The socket on fd 0: controls in, reports out, and the sign that the engine lives.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use aegis_helper::{Control, MAX_LINE, Report};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};

pub(super) struct Lifeline {
    socket: BorrowedFd<'static>,
    received: Vec<u8>,
    /// How much of `received` is known to hold no newline.
    searched: usize,
}

/// What the engine has said, if anything.
pub(super) enum Incoming {
    Control(Control),
    /// Nothing yet.
    Nothing,
    /// Something that is no control; a sentence says why.
    Malformed(String),
    /// The engine is gone, or wants to be taken for it.
    Closed,
}

impl Lifeline {
    pub(super) fn on_stdin() -> Self {
        Self { socket: rustix::stdio::stdin(), received: Vec::new(), searched: 0 }
    }

    /// Sends a report, without ever waiting for an engine that does not read: the reports of a run
    /// fit into the socket's buffer many times over, and supervision must not stop. An error means
    /// that there is nobody to report to.
    pub(super) fn report(&self, report: &Report) -> Result<(), Errno> {
        let line = report.to_line().map_err(|_| Errno::MSGSIZE)?;
        let mut left = line.as_slice();
        while !left.is_empty() {
            match send(self.socket, left, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(sent) => left = left.get(sent..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }

    /// The next thing that the engine has said. Does not wait.
    pub(super) fn next(&mut self) -> Incoming {
        let mut chunk = [0; 8 * 1024];
        loop {
            if let Some(line) = self.take_line() {
                return match Control::from_line(&line) {
                    Ok(control) => Incoming::Control(control),
                    Err(error) => Incoming::Malformed(error.to_string()),
                };
            }
            if self.received.len() > MAX_LINE {
                return Incoming::Malformed(format!("a line is longer than {MAX_LINE} bytes"));
            }
            match recv(self.socket, &mut chunk, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Incoming::Closed,
                Ok((received, _)) => {
                    self.received.extend_from_slice(chunk.get(..received).unwrap_or_default());
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Incoming::Nothing,
                // A reset: the engine died with reports unread.
                Err(_) => return Incoming::Closed,
            }
        }
    }

    /// Waits until there is something to read.
    pub(super) fn wait(&self) -> io::Result<()> {
        match poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], None) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn take_line(&mut self) -> Option<Vec<u8>> {
        let unsearched = self.received.get(self.searched..).unwrap_or_default();
        let Some(length) = unsearched.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.received.len();
            return None;
        };
        let rest = self.received.split_off(self.searched + length + 1);
        self.searched = 0;
        Some(std::mem::replace(&mut self.received, rest))
    }
}

impl AsFd for Lifeline {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket
    }
}

/// The report about a control that is valid, but not now.
pub(super) fn out_of_place(control: &Control) -> Report {
    let message = match control {
        Control::Start(_) => "“start” came twice: a helper runs one program",
        Control::Go => "“go” came twice, or without a “start” before it",
        _ => "the run was to be controlled before “go”",
    };
    Report::Protocol { message: message.to_owned() }
}

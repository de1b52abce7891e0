//! What the first process of a sandbox tells the helper.

use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::inside::{Ended, Word};

/// Most bytes of what a sandbox says to the helper in one line.
const MAX_WORD: usize = 64 * 1024;

/// Hears what the first process of a sandbox tells.
pub(crate) struct Ear {
    socket: Option<UnixStream>,
    received: Vec<u8>,
}

/// What came first.
pub(super) enum First {
    Word(Word),
    /// It went without one.
    Silence,
    Late,
}

impl Ear {
    pub(super) fn new(socket: UnixStream) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { socket: Some(socket), received: Vec::new() })
    }

    /// To be waited on, until it has closed.
    pub(crate) fn socket(&self) -> Option<&UnixStream> {
        self.socket.as_ref()
    }

    /// How the program ended, if it has been told. Does not wait.
    pub(crate) fn ended(&mut self) -> Option<Ended> {
        while let Some(word) = self.next() {
            if let Word::Ended(ended) = word {
                return Some(ended);
            }
        }
        None
    }

    /// Waits for the first word.
    pub(super) fn first(&mut self, deadline: Instant) -> First {
        loop {
            if let Some(word) = self.next() {
                return First::Word(word);
            }
            let Some(socket) = &self.socket else { return First::Silence };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return First::Late;
            }
            let Ok(timeout) = Timespec::try_from(left) else { return First::Late };
            match poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&timeout)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return First::Late,
            }
        }
    }

    /// The next word that has come. What is none is passed over.
    fn next(&mut self) -> Option<Word> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=end).collect();
                match Word::from_line(&line) {
                    Some(word) => return Some(word),
                    None => continue,
                }
            }
            let mut chunk = [0; 4096];
            let socket = self.socket.as_mut()?;
            match socket.read(&mut chunk) {
                Ok(length @ 1..) if self.received.len() < MAX_WORD => {
                    self.received.extend_from_slice(chunk.get(..length).unwrap_or_default());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                _ => {
                    self.socket = None;
                    return None;
                }
            }
        }
    }
}

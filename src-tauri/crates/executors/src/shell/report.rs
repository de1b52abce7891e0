//! What a program says of its run while it is at work: lines of JSON that it writes into a named
//! pipe.
//!
//! A pipe holds 64 KiB, so a program that says more than is read waits, and nothing grows. Whatever
//! it says, its run does not fail of it: what cannot be used is answered with a note in the log.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aegis_domain::said::{MAX_LINE, Said};
use aegis_domain::{Checkpoint, Progress, Report, Usage};
use aegis_ports::{Clock, Left, LogSink, RunHandle};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::net::unix::pipe::{self, Receiver};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::words;

/// The variable in which a program finds the pipe.
pub(super) const VARIABLE: &str = "AEGIS_REPORT";
/// Bytes that are read at once.
const CHUNK: usize = 16 * 1024;
/// In each of these spans only so much is read ([`PER_WINDOW`]).
const WINDOW: Duration = Duration::from_millis(100);
/// Bytes of one span. Each line counts [`LINE_COST`] bytes more than it has.
const PER_WINDOW: usize = 64 * 1024;
/// What reading a line costs, as bytes.
const LINE_COST: usize = 256;
/// Most bytes that are read once the run has ended: no pipe holds more (pipe(7)).
const REST: usize = 1024 * 1024;
/// Most checkpoints of one run.
const MAX_CHECKPOINTS: u32 = 500;
/// Most sessions that a run may name, one after the other.
const MAX_SESSIONS: u32 = 20;
/// Most notes about what could not be used.
const MAX_NOTES: u32 = 20;
/// Most notes about progress.
const MAX_STEPS: u32 = 500;
/// The log notes progress in such steps, in percent.
const NOTED_STEP: u8 = 10;

/// The pipe of one run.
pub(super) struct Channel {
    path: PathBuf,
    pipe: Receiver,
}

impl Channel {
    /// Makes the pipe in the run's own folder.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("report");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        // Open for writing too: when one writer is done, another one may come.
        let pipe = pipe::OpenOptions::new().read_write(true).open_receiver(&path)?;
        Ok(Self { path, pipe })
    }

    /// Where the program writes.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Hears everything that comes, until the run has `ended` and the pipe is empty.
    pub(super) async fn follow(self, mut ended: oneshot::Receiver<()>, mut listener: Listener) {
        let mut lines = Lines::default();
        let mut chunk = vec![0; CHUNK];
        let (mut over, mut rest) = (false, REST);
        let (mut begun, mut cost) = (Instant::now(), 0);
        loop {
            if !over {
                tokio::select! {
                    ready = self.pipe.readable() => if let Err(error) = ready {
                        return listener.unheard(&error);
                    },
                    _ = &mut ended => over = true,
                }
            }
            let read = match self.pipe.try_read(&mut chunk) {
                Ok(read) => chunk.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && !over => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return listener.unheard(&error),
            };
            cost += read.len();
            rest = if over { rest.saturating_sub(read.len()) } else { rest };
            if read.is_empty() || rest == 0 {
                break;
            }
            for line in lines.push(read) {
                cost += LINE_COST;
                listener.hear(line).await;
            }
            let windows = u32::try_from(cost / PER_WINDOW).unwrap_or(u32::MAX);
            if windows > 0 && !over {
                tokio::select! {
                    () = sleep_until(begun + WINDOW * windows) => {}
                    _ = &mut ended => over = true,
                }
            }
            if begun.elapsed() >= WINDOW {
                (begun, cost) = (Instant::now(), 0);
            }
        }
        if let Some(line) = lines.last() {
            listener.hear(line).await;
        }
    }
}

/// A line as it came.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Line(Vec<u8>),
    TooLong,
}

/// Cuts what comes into lines. One that is too long is not kept.
#[derive(Default)]
struct Lines {
    begun: Vec<u8>,
    too_long: bool,
}

impl Lines {
    fn push(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            if self.too_long || self.begun.len() + text.len() > MAX_LINE {
                self.begun = Vec::new();
                self.too_long = true;
            } else {
                self.begun.extend_from_slice(text);
            }
            if text.len() < piece.len() {
                lines.extend(self.last());
            }
        }
        lines
    }

    /// The line that has begun, as if it ended here; nothing when it is empty.
    fn last(&mut self) -> Option<Heard> {
        if std::mem::take(&mut self.too_long) {
            return Some(Heard::TooLong);
        }
        let line = std::mem::take(&mut self.begun);
        (!line.trim_ascii().is_empty()).then_some(Heard::Line(line))
    }
}

/// Makes reports of what a program says.
pub(super) struct Listener {
    handle: Arc<dyn RunHandle>,
    log: Arc<dyn LogSink>,
    clock: Arc<dyn Clock>,
    /// Where the run works: files that it names lie below it.
    folder: PathBuf,
    progress: Progress,
    /// The progress that the log noted last.
    noted: (Option<u8>, Option<String>),
    usage: Option<Usage>,
    session: Option<String>,
    checkpoints: u32,
    sessions: u32,
    steps: u32,
    notes: u32,
}

impl Listener {
    /// Of a run that works in `folder`.
    pub(super) fn new(handle: Arc<dyn RunHandle>, clock: Arc<dyn Clock>, folder: PathBuf) -> Self {
        Self {
            log: handle.log(),
            handle,
            clock,
            folder,
            progress: Progress { percent: None, step: None, done_at: None },
            noted: (None, None),
            usage: None,
            session: None,
            checkpoints: 0,
            sessions: 0,
            steps: 0,
            notes: 0,
        }
    }

    async fn hear(&mut self, heard: Heard) {
        let line = match heard {
            Heard::Line(line) => line,
            Heard::TooLong => {
                let hint = "Write what is large to a file and name the file.";
                return self.unused(&format!("A report has more than {MAX_LINE} bytes. {hint}"));
            }
        };
        match Said::read(&line, self.clock.now()) {
            Ok(said) => self.take(said).await,
            Err(refused) => self.unused(&refused.to_string()),
        }
    }

    async fn take(&mut self, said: Said) {
        match said {
            Said::Progress { percent, step, done_at } => {
                let progress = Progress {
                    percent: percent.or(self.progress.percent),
                    step: step.or_else(|| self.progress.step.clone()),
                    done_at,
                };
                if progress != self.progress {
                    self.progress = progress.clone();
                    self.note_progress();
                    self.handle.report(Report::Progress(progress));
                }
            }
            Said::Checkpoint { .. } if self.checkpoints >= MAX_CHECKPOINTS => {
                self.unused(&format!("A run keeps no more than {MAX_CHECKPOINTS} checkpoints."));
            }
            Said::Checkpoint { label, data } => {
                self.checkpoints += 1;
                self.log.note(&format!("Checkpoint: {label}"));
                let at = self.clock.now();
                self.handle.report(Report::Checkpoint(Checkpoint { at, label, data }));
            }
            Said::Artifact(path) => {
                self.handle.keep(&self.folder, Left::File(path.into())).await;
            }
            Said::Usage(usage) => {
                if self.usage.replace(usage) != Some(usage) {
                    self.handle.report(Report::Usage(usage));
                }
            }
            Said::Session(session) if self.session.as_ref() == Some(&session) => {}
            Said::Session(_) if self.sessions >= MAX_SESSIONS => {
                self.unused(&format!("A run names no more than {MAX_SESSIONS} sessions."));
            }
            Said::Session(session) => {
                self.sessions += 1;
                self.session = Some(session.clone());
                self.handle.report(Report::Session(session));
            }
        }
    }

    /// Notes a new step, and every ten percent.
    fn note_progress(&mut self) {
        let Progress { percent, step, .. } = &self.progress;
        let moved = match (self.noted.0, percent) {
            (Some(noted), Some(percent)) => percent.abs_diff(noted) >= NOTED_STEP,
            (noted, percent) => noted != *percent,
        };
        if self.steps >= MAX_STEPS || !moved && self.noted.1 == *step {
            return;
        }
        self.steps += 1;
        let said = [percent.map(|percent| format!("{percent} %")), step.clone()];
        let said: Vec<String> = said.into_iter().flatten().collect();
        self.log.note(&format!("Progress: {}", said.join(" · ")));
        self.noted = (*percent, step.clone());
    }

    /// Notes why something was not used; the first few times.
    fn unused(&mut self, why: &str) {
        self.notes += 1;
        if self.notes <= MAX_NOTES {
            self.log.note(&format!("What it wrote to {VARIABLE} was not used: {why}"));
        } else if self.notes == MAX_NOTES + 1 {
            self.log.note(&format!("What else cannot be used of {VARIABLE} is not noted."));
        }
    }

    fn unheard(&self, error: &io::Error) {
        let error = words::quoted(&error.to_string());
        self.log.note(&format!("What it writes to {VARIABLE} can be read no longer: {error}."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Heard {
        Heard::Line(text.into())
    }

    #[test]
    fn lines_are_put_together_from_pieces() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"{\"a"), []);
        assert_eq!(lines.push(b"\":1}\n\n  \n{}"), [line("{\"a\":1}")]);
        assert_eq!(lines.last(), Some(line("{}")));
        assert_eq!(lines.last(), None);
    }

    #[test]
    fn a_line_that_is_too_long_is_not_kept_and_the_next_one_is() {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for _ in 0..100 {
            found.extend(lines.push(&vec![b'x'; 8 * 1024]));
            assert!(lines.begun.len() <= MAX_LINE);
        }
        found.extend(lines.push(b"xx\n{}\n"));
        assert_eq!(found, [Heard::TooLong, line("{}")]);
        let whole = vec![b'x'; MAX_LINE];
        assert_eq!(lines.push(&whole), []);
        assert_eq!(lines.last(), Some(Heard::Line(whole)));
    }
}

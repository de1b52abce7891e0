//! A terminal for a program that wants one: what it shows goes to the log, and what it asks is
//! answered as it was said ahead.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use aegis_domain::{Progress, Report};
use aegis_ports::{LogStream, RunHandle};
use regex::Regex;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use crate::words;

/// Its size.
const SIZE: Winsize = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
/// Bytes that are read at once.
const CHUNK: usize = 16 * 1024;
/// Characters of what was shown in which an expected text is looked for.
const SHOWN: usize = 4 * 1024;
/// A line that stays open for so long seems to be a question.
const WAITS: Duration = Duration::from_secs(3);
/// Most notes that it seems to wait.
const MAX_NOTES: u32 = 20;

/// An answer that was said ahead.
pub(crate) struct Answer {
    /// What is asked.
    pub(crate) expected: Expected,
    /// What is typed.
    pub(crate) send: String,
}

/// What a program is expected to show.
pub(crate) enum Expected {
    /// This, somewhere.
    Text(String),
    /// Something like this.
    Like(Regex),
}

impl Expected {
    /// A text, or a regular expression between slashes.
    ///
    /// # Errors
    /// What cannot be read, in a clause.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        let like = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        match like.filter(|like| !like.is_empty()) {
            None => Ok(Self::Text(text.to_owned())),
            Some(like) => Regex::new(like).map(Self::Like).map_err(|error| {
                error.to_string().lines().last().unwrap_or_default().trim().to_owned()
            }),
        }
    }

    /// Whether this was shown.
    fn is_in(&self, shown: &str) -> bool {
        match self {
            Self::Text(text) => shown.contains(text),
            Self::Like(like) => like.is_match(shown),
        }
    }
}

/// Our end of a terminal.
pub(super) struct Terminal(AsyncFd<OwnedFd>);

impl Terminal {
    /// A new terminal, and the program's end of it.
    #[allow(unsafe_code, reason = "only the owner of a descriptor can promise that it stays")]
    pub(super) fn open() -> io::Result<(Self, OwnedFd)> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let theirs = ioctl_tiocgptpeer(&ours, flags)?;
        tcsetwinsize(&ours, SIZE)?;
        fcntl_setfl(&ours, OFlags::RDWR | OFlags::NONBLOCK)?;
        // SAFETY: an `OwnedFd` names the same open descriptor for as long as it lives, and it lives
        // inside the `AsyncFd`.
        let ours = unsafe { AsyncFd::register(ours) }.map_err(io::Error::from)?;
        Ok((Self(ours), theirs))
    }

    /// Hands what is shown to the log and answers what is asked, until nobody has the terminal any
    /// more.
    pub(super) async fn follow(self, answers: Vec<Answer>, handle: &dyn RunHandle) {
        let log = handle.log();
        let mut screen = Screen { answers, ..Screen::default() };
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = tokio::select! {
                read = self.read(&mut chunk) => read,
                () = sleep_until(screen.quiet_until()) => {
                    if let Some(line) = screen.question() {
                        let said = format!("It seems to wait for input: “{}”", words::quoted(&line));
                        log.note(&said);
                        let step = Some(said);
                        handle.report(Report::Progress(Progress { percent: None, step, done_at: None }));
                    }
                    continue;
                }
            };
            match read {
                Ok(0) => return,
                Ok(length) => {
                    let bytes = chunk.get(..length).unwrap_or_default();
                    log.write(LogStream::Stdout, bytes);
                    for send in screen.show(bytes) {
                        // What the key for the end of a line sends.
                        if let Err(error) = self.write(format!("{send}\r").as_bytes()).await {
                            log.note(&format!("An answer could not be typed: {error}."));
                        }
                    }
                }
                Err(error) => {
                    log.note(&format!("The rest of its output could not be read: {error}."));
                    return;
                }
            }
            // A program that prints without end must not keep the run from being steered.
            yield_now().await;
        }
    }

    /// 0 when nobody has the program's end any more.
    async fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let read =
            self.0.async_io(Interest::READABLE, |ours| Ok(rustix::io::read(ours, &mut *into)?));
        match read.await {
            Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => Ok(0),
            read => read,
        }
    }

    async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let write = |ours: &OwnedFd| Ok(rustix::io::write(ours, bytes)?);
            let written = self.0.async_io(Interest::WRITABLE, write).await?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }
}

/// What was shown since the last answer, without what only a terminal obeys.
#[derive(Default)]
struct Screen {
    answers: Vec<Answer>,
    shown: String,
    escape: Escape,
    last: Option<Instant>,
    told: u32,
    told_of: String,
}

/// Where in an escape sequence the text is (ECMA-48, 5.4).
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Escape {
    #[default]
    Outside,
    Begun,
    /// `CSI`: up to a letter.
    Control,
    /// `OSC` and its like: up to `BEL` or `ST`.
    Text,
}

impl Screen {
    /// Takes what is shown, and gives the answers to it.
    fn show(&mut self, bytes: &[u8]) -> Vec<String> {
        self.last = Some(Instant::now());
        for c in String::from_utf8_lossy(bytes).chars() {
            self.escape = match (self.escape, c) {
                (_, '\u{1b}') => Escape::Begun,
                (Escape::Begun, '[') => Escape::Control,
                (Escape::Begun, ']' | 'P' | '_' | '^') => Escape::Text,
                (Escape::Control, '\u{40}'..='\u{7e}') | (Escape::Text, '\u{7}') => Escape::Outside,
                (Escape::Begun, _) => Escape::Outside,
                (Escape::Outside, '\n' | '\t' | ' '..) => {
                    self.shown.push(c);
                    Escape::Outside
                }
                (state, _) => state,
            };
        }
        let too_many = self.shown.chars().count().saturating_sub(SHOWN);
        if too_many > 0 {
            self.shown = self.shown.chars().skip(too_many).collect();
        }
        let asked = self.answers.iter().position(|answer| answer.expected.is_in(&self.shown));
        let Some(at) = asked else { return Vec::new() };
        // What was asked before has been answered.
        self.shown.clear();
        vec![self.answers.remove(at).send]
    }

    /// When a line that stays open seems to be a question.
    fn quiet_until(&self) -> Instant {
        // A day is long enough for what never happens.
        let never = || Instant::now() + Duration::from_secs(24 * 3600);
        self.last.map_or_else(never, |last| last + WAITS)
    }

    /// The line that stays open, once.
    fn question(&mut self) -> Option<String> {
        self.last = None;
        let line = self.shown.rsplit('\n').next().unwrap_or_default().trim().to_owned();
        let new = !line.is_empty() && line != self.told_of && self.told < MAX_NOTES;
        if !new {
            return None;
        }
        self.told += 1;
        self.told_of.clone_from(&line);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(answers: &[(&str, &str)]) -> Screen {
        let read = |(expect, send): &(&str, &str)| Answer {
            expected: Expected::read(expect).unwrap(),
            send: (*send).to_owned(),
        };
        Screen { answers: answers.iter().map(read).collect(), ..Screen::default() }
    }

    #[tokio::test]
    async fn each_answer_is_given_once_when_it_is_asked() {
        let mut screen = screen(&[("Name:", "Ada"), ("/[Pp]ass(word|phrase):/", "secret")]);
        assert!(screen.show(b"welcome\r\n\x1b[1mNa").is_empty());
        assert_eq!(screen.show(b"\x1b[0mme: "), ["Ada"]);
        assert!(screen.show(b"Ada\r\nName: ").is_empty(), "it was used");
        assert_eq!(screen.show(b"\x1b]0;title\x07Passphrase:"), ["secret"]);
        assert!(screen.show(b"Passphrase:").is_empty());
    }

    #[tokio::test]
    async fn an_open_line_is_a_question_and_told_once() {
        let mut screen = screen(&[]);
        screen.show(b"done\r\n");
        assert_eq!(screen.question(), None);
        screen.show(b"Continue? [y/N] ");
        assert_eq!(screen.question().as_deref(), Some("Continue? [y/N]"));
        screen.show(b"");
        assert_eq!(screen.question(), None);
    }

    #[test]
    fn what_is_expected_is_a_text_or_an_expression() {
        assert!(Expected::read("a/b").unwrap().is_in("x a/b"));
        assert!(Expected::read("/^a.c$/").unwrap().is_in("abc"));
        assert!(!Expected::read("/^a.c$/").unwrap().is_in("/^a.c$/"));
        for wrong in ["", " ", "/(/"] {
            assert!(Expected::read(wrong).is_err_and(|why| !why.is_empty()), "{wrong}");
        }
    }
}

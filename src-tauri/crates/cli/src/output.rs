//! Where the program writes: the one place that knows standard output and standard error.

use crate::clock;
use crate::error::Error;
use crate::render::{Canvas, Paint, Tone, visible};
use aegis_domain::Timestamp;
use chrono::{DateTime, FixedOffset};
use console::Term;
use serde::Serialize;
use std::io::{self, Write};

/// The two outputs of the program, and how it is to speak.
pub(crate) struct Output {
    out: Stream,
    err: Stream,
    json: bool,
    now: fn() -> Timestamp,
    local: fn(Timestamp) -> DateTime<FixedOffset>,
}

/// One of them.
struct Stream {
    to: Box<dyn Write + Send>,
    /// Somebody looks at it, and it obeys escape sequences.
    terminal: bool,
    paint: Paint,
    /// Columns of the terminal.
    width: Option<usize>,
}

impl Stream {
    fn of(term: &Term, to: Box<dyn Write + Send>) -> Self {
        let terminal = term.is_term();
        let paint = Paint::new(terminal && term.features().colors_supported());
        let width = term.size_checked().map(|(_, columns)| usize::from(columns));
        Self { to, terminal, paint, width: width.filter(|_| terminal) }
    }

    /// The handle is locked for this one text, and never while something is waited for: whoever
    /// panics on another thread has to be able to say so.
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(text.as_bytes())
    }
}

impl Output {
    /// The outputs of this process.
    pub(crate) fn of_process(json: bool) -> Self {
        Self {
            out: Stream::of(&Term::stdout(), Box::new(io::stdout())),
            err: Stream::of(&Term::stderr(), Box::new(io::stderr())),
            json,
            now: clock::now,
            local: clock::local,
        }
    }

    /// Whether a program reads.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether somebody looks at standard output.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.out.terminal
    }

    /// Whether somebody looks at standard error.
    pub(crate) const fn is_error_terminal(&self) -> bool {
        self.err.terminal
    }

    /// Whether standard output shows colours.
    pub(crate) const fn colours(&self) -> bool {
        self.out.paint.is_coloured()
    }

    /// Whether standard error shows colours.
    pub(crate) const fn error_colours(&self) -> bool {
        self.err.paint.is_coloured()
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// What to draw on for standard output.
    pub(crate) fn canvas(&self) -> Canvas {
        Canvas { now: self.now(), local: self.local, paint: self.out.paint, width: self.out.width }
    }

    /// What to draw on for standard error.
    pub(crate) fn error_canvas(&self) -> Canvas {
        Canvas { paint: self.err.paint, width: self.err.width, ..self.canvas() }
    }

    /// Writes text as it is to standard output.
    ///
    /// # Errors
    /// Whatever the system says.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.out.write(text)
    }

    /// Standard output, for what is written as it is made.
    pub(crate) fn raw(&mut self) -> &mut dyn Write {
        &mut self.out.to
    }

    /// Writes text as it is to standard error. There is nobody to tell when that fails.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.err.write(text);
    }

    /// Makes sure that everything has left this process.
    ///
    /// # Errors
    /// Whatever the system says.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.to.flush()
    }

    /// The answer: the value itself for programs, its drawing for people.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub(crate) fn answer<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        draw: impl FnOnce(&T, &Canvas) -> String,
    ) -> Result<(), Error> {
        if self.json {
            let pretty = self.out.terminal;
            let text = if pretty {
                serde_json::to_string_pretty(value)
            } else {
                serde_json::to_string(value)
            };
            let text = text.map_err(io::Error::from)?;
            self.write(&format!("{text}\n"))?;
        } else {
            let mut text = draw(value, &self.canvas());
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            self.write(&text)?;
        }
        Ok(())
    }

    /// One item of a feed, for programs.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub(crate) fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let text = serde_json::to_string(value).map_err(io::Error::from)?;
        self.write(&format!("{text}\n"))?;
        Ok(())
    }

    /// A remark for people, beside the answer: on standard error, and not for programs.
    pub(crate) fn note(&mut self, sentence: &str) {
        if !self.json {
            let text = self.err.paint.apply(Tone::Faint, &visible::cell(sentence));
            self.complain(&format!("{text}\n"));
        }
    }

    /// A remark whose parts have their colours, and are harmless already.
    pub(crate) fn remark(&mut self, line: &str) {
        if !self.json {
            self.complain(&format!("{line}\n"));
        }
    }

    /// What went wrong, and what to do.
    pub(crate) fn error(&mut self, error: &Error) {
        if self.json {
            let text = error.to_json();
            self.complain(&format!("{text}\n"));
            return;
        }
        let paint = self.err.paint;
        let head = paint.apply(Tone::Failed, "error:");
        let mut text = format!("{head} {}\n", visible::cell(&error.to_string()));
        if let Some(hint) = error.hint() {
            let head = paint.apply(Tone::Strong, "hint:");
            text.push_str(&format!("  {head} {}\n", visible::cell(hint)));
        }
        self.complain(&text);
    }
}

#[cfg(test)]
pub(crate) use captured::Captured;

#[cfg(test)]
mod captured {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Both outputs, kept for a test. It is noon of 21 November 2026, in a zone two hours ahead.
    #[derive(Clone, Default)]
    pub(crate) struct Captured {
        out: Arc<Mutex<Vec<u8>>>,
        err: Arc<Mutex<Vec<u8>>>,
    }

    struct Keep(Arc<Mutex<Vec<u8>>>);

    impl Write for Keep {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Captured {
        pub(crate) fn new() -> Self {
            Self::default()
        }

        /// An output that no terminal shows.
        pub(crate) fn output(&self, json: bool) -> Output {
            self.output_on(json, false)
        }

        /// An output that a terminal of 80 columns without colours shows.
        pub(crate) fn terminal(&self) -> Output {
            self.output_on(false, true)
        }

        fn output_on(&self, json: bool, terminal: bool) -> Output {
            let stream = |keep: &Arc<Mutex<Vec<u8>>>| Stream {
                to: Box::new(Keep(Arc::clone(keep))),
                terminal,
                paint: Paint::new(false),
                width: terminal.then_some(80),
            };
            let canvas = Canvas::for_tests(80);
            assert_eq!(canvas.now, crate::render::samples::NOON);
            Output {
                out: stream(&self.out),
                err: stream(&self.err),
                json,
                now: || crate::render::samples::NOON,
                local: canvas.local,
            }
        }

        pub(crate) fn stdout(&self) -> String {
            String::from_utf8(self.out.lock().unwrap().clone()).unwrap()
        }

        pub(crate) fn stderr(&self) -> String {
            String::from_utf8(self.err.lock().unwrap().clone()).unwrap()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_protocol::{ApiError, ErrorKind};

    #[test]
    fn an_error_is_a_sentence_and_a_hint() {
        let captured = Captured::new();
        let error = ApiError::new(ErrorKind::Invalid, "The title \u{1b}[2Jis empty.")
            .with_hint("Say what is to be done.");
        captured.output(false).error(&Error::Api(error));
        assert_eq!(captured.stdout(), "");
        assert_eq!(
            captured.stderr(),
            "error: The title ^[[2Jis empty.\n  hint: Say what is to be done.\n"
        );
    }

    #[test]
    fn remarks_are_for_people_only() {
        let captured = Captured::new();
        captured.output(true).note("Nothing is running.");
        assert_eq!(captured.stderr(), "");
        captured.output(false).note("Nothing is running.");
        assert_eq!(captured.stderr(), "Nothing is running.\n");
    }

    #[test]
    fn an_answer_is_one_document_or_its_drawing() {
        let captured = Captured::new();
        captured.output(true).answer(&[1, 2], |_, _| unreachable!()).unwrap();
        captured.output(false).answer(&[1, 2], |v, _| format!("{} numbers", v.len())).unwrap();
        assert_eq!(captured.stdout(), "[1,2]\n2 numbers\n");
    }
}

//! The lines of a log, on the outputs that they came from.

use crate::error::Error;
use crate::output::Output;
use crate::render::{Tone, time, visible};
use aegis_protocol::{LogLine, LogPage, LogStream};

/// Where a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Out,
    Err,
}

impl Target {
    const ALL: [Self; 2] = [Self::Out, Self::Err];

    const fn of(stream: LogStream) -> Self {
        match stream {
            LogStream::Stdout => Self::Out,
            LogStream::Stderr | LogStream::Aegis => Self::Err,
        }
    }
}

/// Prints pages of one log, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Printer {
    timestamps: bool,
    /// Whose line has not ended yet, by target.
    open: [Option<LogStream>; 2],
    /// What is to be written, so that lines in a row are written at once.
    pending: Option<(Target, String)>,
    tail_lost: bool,
    printed: bool,
}

impl Printer {
    /// A printer that says when each line came, or not.
    pub(crate) fn new(timestamps: bool) -> Self {
        Self { timestamps, ..Self::default() }
    }

    /// Whether there was anything to print so far.
    pub(crate) const fn has_printed(&self) -> bool {
        self.printed
    }

    /// Prints a page.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub(crate) fn print(&mut self, page: &LogPage, out: &mut Output) -> Result<(), Error> {
        self.printed |= !page.lines.is_empty();
        for line in &page.lines {
            if out.is_json() {
                out.item(line)?;
            } else {
                self.line(line, out)?;
            }
        }
        self.write_pending(out)?;
        if page.tail_lost && !self.tail_lost {
            self.tail_lost = true;
            self.end(out)?;
            out.note("The end of this log was lost: the file is shorter than the run said.");
        }
        out.flush()?;
        Ok(())
    }

    /// Ends a line that is still open on a terminal, for what comes after the log.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub(crate) fn end(&mut self, out: &mut Output) -> Result<(), Error> {
        for target in Target::ALL {
            let seen = match target {
                Target::Out => out.is_terminal(),
                Target::Err => true,
            };
            if self.open[target as usize].take().is_some() && seen {
                self.push(target, "\n", out)?;
            }
        }
        self.write_pending(out)
    }

    fn line(&mut self, line: &LogLine, out: &mut Output) -> Result<(), Error> {
        let target = Target::of(line.stream);
        let one_screen = out.is_terminal() && out.is_error_terminal();
        for other in Target::ALL {
            let in_the_way = self.open[other as usize].is_some_and(|open| open != line.stream);
            if in_the_way && (other == target || one_screen) {
                self.open[other as usize] = None;
                self.push(other, "\n", out)?;
            }
        }
        let begins = self.open[target as usize].is_none();
        if begins && self.timestamps {
            let canvas = match target {
                Target::Out => out.canvas(),
                Target::Err => out.error_canvas(),
            };
            let at = canvas.paint.apply(Tone::Faint, &time::precise(line.at, &canvas));
            self.push(target, &format!("{at} "), out)?;
        }
        let (seen, colours) = match target {
            Target::Out => (out.is_terminal(), out.colours()),
            Target::Err => (out.is_error_terminal(), out.error_colours()),
        };
        let text =
            if seen { visible::log_line(&line.text, colours) } else { line.text.as_str().into() };
        if line.stream == LogStream::Aegis {
            let head = if begins { "aegis: " } else { "" };
            let note = out.error_canvas().paint.apply(Tone::Faint, &format!("{head}{text}"));
            self.push(target, &note, out)?;
        } else {
            self.push(target, &text, out)?;
        }
        self.open[target as usize] = line.partial.then_some(line.stream);
        if !line.partial {
            self.push(target, "\n", out)?;
        }
        Ok(())
    }

    /// Adds text to what is to be written; the order of both targets stays.
    fn push(&mut self, target: Target, text: &str, out: &mut Output) -> Result<(), Error> {
        if self.pending.as_ref().is_some_and(|(other, _)| *other != target) {
            self.write_pending(out)?;
        }
        self.pending.get_or_insert_with(|| (target, String::new())).1.push_str(text);
        Ok(())
    }

    fn write_pending(&mut self, out: &mut Output) -> Result<(), Error> {
        match self.pending.take() {
            Some((Target::Out, text)) => out.write(&text)?,
            Some((Target::Err, text)) => out.complain(&text),
            None => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Captured;
    use crate::render::samples::NOON;
    use LogStream::{Aegis, Stderr, Stdout};

    fn line(stream: LogStream, text: &str) -> LogLine {
        LogLine { at: NOON, stream, text: text.to_owned(), partial: false }
    }

    fn part(stream: LogStream, text: &str) -> LogLine {
        LogLine { partial: true, ..line(stream, text) }
    }

    fn page(lines: Vec<LogLine>) -> LogPage {
        LogPage { lines, next_offset: 1, complete: true, tail_lost: false }
    }

    fn printed(mut out: Output, timestamps: bool, lines: Vec<LogLine>) {
        let mut printer = Printer::new(timestamps);
        printer.print(&page(lines), &mut out).unwrap();
        printer.end(&mut out).unwrap();
    }

    #[test]
    fn each_line_goes_where_it_came_from() {
        let captured = Captured::new();
        let lines = vec![line(Stdout, "one"), line(Stderr, "two"), line(Aegis, "three")];
        printed(captured.output(false), false, lines);
        assert_eq!(captured.stdout(), "one\n");
        assert_eq!(captured.stderr(), "two\naegis: three\n");
    }

    #[test]
    fn everything_passes_to_a_pipe_and_nothing_controls_a_terminal() {
        let hostile = "\u{1b}[2J\u{202e}x\u{7}\r";
        let lines = vec![line(Stdout, hostile), line(Stderr, hostile)];
        let (piped, seen) = (Captured::new(), Captured::new());
        printed(piped.output(false), false, lines.clone());
        printed(seen.terminal(), false, lines);
        assert_eq!(piped.stdout(), format!("{hostile}\n"));
        assert_eq!(piped.stderr(), format!("{hostile}\n"));
        assert_eq!(seen.stdout(), "^[[2J<U+202E>x^G\n");
        assert_eq!(seen.stderr(), "^[[2J<U+202E>x^G\n");
    }

    #[test]
    fn parts_of_a_line_are_put_together() {
        let captured = Captured::new();
        let lines =
            vec![part(Stdout, "a"), line(Stderr, "e"), part(Stdout, "b"), line(Stdout, "c")];
        printed(captured.output(false), false, lines);
        assert_eq!(captured.stdout(), "abc\n");
        assert_eq!(captured.stderr(), "e\n");
    }

    #[test]
    fn on_one_screen_a_line_of_another_stream_begins_anew() {
        let captured = Captured::new();
        let lines = vec![part(Stdout, "a"), line(Stderr, "e"), line(Stdout, "b")];
        printed(captured.terminal(), false, lines);
        assert_eq!(captured.stdout(), "a\nb\n");
        assert_eq!(captured.stderr(), "e\n");
    }

    #[test]
    fn an_open_line_is_ended_on_a_terminal_only() {
        let (piped, seen) = (Captured::new(), Captured::new());
        printed(piped.output(false), false, vec![part(Stdout, "prompt? ")]);
        printed(seen.terminal(), false, vec![part(Stdout, "prompt? ")]);
        assert_eq!((piped.stdout().as_str(), seen.stdout().as_str()), ("prompt? ", "prompt? \n"));
    }

    #[test]
    fn timestamps_stand_before_whole_lines() {
        let captured = Captured::new();
        let lines = vec![part(Stdout, "a"), line(Stdout, "b"), line(Stdout, "c")];
        printed(captured.output(false), true, lines);
        assert_eq!(captured.stdout(), "2026-11-21 14:00:00.000 ab\n2026-11-21 14:00:00.000 c\n");
    }

    #[test]
    fn programs_get_one_object_a_line() {
        let captured = Captured::new();
        printed(captured.output(true), true, vec![line(Stderr, "e\u{1b}"), line(Stdout, "o")]);
        let objects: Vec<LogLine> =
            captured.stdout().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(objects, [line(Stderr, "e\u{1b}"), line(Stdout, "o")]);
        assert_eq!(captured.stderr(), "");
    }

    #[test]
    fn a_lost_tail_is_said_once() {
        let captured = Captured::new();
        let mut out = captured.output(false);
        let mut printer = Printer::new(false);
        let lost = LogPage { tail_lost: true, ..page(vec![line(Stdout, "a")]) };
        printer.print(&lost, &mut out).unwrap();
        printer.print(&lost, &mut out).unwrap();
        assert_eq!(captured.stderr().matches("was lost").count(), 1);
    }
}

//! A log's lines as rows: pieces put together, colours carried over, the oldest let go.

use std::collections::VecDeque;

use aegis_domain::Timestamp;
use aegis_protocol::{LogLine, LogStream};

use crate::format::{Style, ansi};

/// Rows that are kept; the file keeps them all.
const MOST: usize = 20_000;
/// A longer row goes on in a new one, in bytes: nobody reads it, and a browser lays it out slowly.
const LONGEST: usize = 4_096;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// When its first piece arrived.
    pub(super) at: Timestamp,
    /// Where it came from.
    pub(super) stream: LogStream,
    /// The text as it was printed, with its control sequences.
    pub(super) text: String,
    /// The style that it begins in.
    pub(super) style: Style,
    /// It goes on from the row before: the time is not said again.
    pub(super) continued: bool,
    /// Its next piece belongs to it.
    open: bool,
}

/// The rows, by a number that never changes.
#[derive(Default)]
pub(super) struct Lines {
    rows: VecDeque<Row>,
    dropped: usize,
}

impl Lines {
    /// Adds lines at the end; the number of the first row that changed.
    pub(super) fn push(&mut self, lines: impl IntoIterator<Item = LogLine>) {
        for line in lines {
            self.push_one(line);
        }
        while self.rows.len() > MOST {
            self.rows.pop_front();
            self.dropped += 1;
        }
    }

    fn push_one(&mut self, line: LogLine) {
        // Only the last row of a stream can be open; with two streams it is one of the last two.
        let last = self.rows.iter_mut().rev().take(2).find(|row| row.stream == line.stream);
        let (style, continued) = match last {
            Some(row) if row.open && row.text.len() + line.text.len() <= LONGEST => {
                row.text.push_str(&line.text);
                row.open = line.partial;
                return;
            }
            Some(row) => {
                let continued = std::mem::take(&mut row.open);
                (ansi(&row.text, row.style).1, continued)
            }
            None => (Style::default(), false),
        };
        let LogLine { at, stream, text, partial } = line;
        self.rows.push_back(Row { at, stream, text, style, continued, open: partial });
    }

    /// The rows' numbers.
    pub(super) fn numbers(&self) -> Vec<usize> {
        (self.dropped..self.dropped + self.rows.len()).collect()
    }

    /// A row by its number.
    pub(super) fn row(&self, number: usize) -> Option<&Row> {
        self.rows.get(number.checked_sub(self.dropped)?)
    }

    /// How many rows were let go at the start.
    pub(super) const fn dropped(&self) -> usize {
        self.dropped
    }

    /// How many rows there have been.
    pub(super) fn total(&self) -> usize {
        self.dropped + self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Colour;

    fn line(stream: LogStream, text: &str, partial: bool) -> LogLine {
        LogLine { at: Timestamp::UNIX_EPOCH, stream, text: text.to_owned(), partial }
    }

    fn texts(lines: &Lines) -> Vec<&str> {
        lines.rows.iter().map(|row| row.text.as_str()).collect()
    }

    #[test]
    fn pieces_of_a_line_become_one_row_also_around_the_other_stream() {
        let mut lines = Lines::default();
        lines.push([
            line(LogStream::Stdout, "down", true),
            line(LogStream::Stderr, "warning", false),
            line(LogStream::Stdout, "loading", false),
            line(LogStream::Stdout, "done", false),
        ]);
        assert_eq!(texts(&lines), ["downloading", "warning", "done"]);
    }

    #[test]
    fn a_row_without_end_goes_on_in_a_new_one() {
        let mut lines = Lines::default();
        lines.push((0..3).map(|_| line(LogStream::Stdout, &"x".repeat(2_000), true)));
        assert_eq!(lines.total(), 2);
        assert!(!lines.rows[0].continued && lines.rows[1].continued);
    }

    #[test]
    fn a_colour_carries_over_within_its_stream() {
        let mut lines = Lines::default();
        lines.push([
            line(LogStream::Stdout, "\u{1b}[31mred", false),
            line(LogStream::Stderr, "plain", false),
            line(LogStream::Stdout, "still red", false),
        ]);
        assert_eq!(lines.rows[1].style, Style::default());
        assert_eq!(lines.rows[2].style.colour, Some(Colour::Red));
    }

    #[test]
    fn the_oldest_rows_go_and_the_others_keep_their_numbers() {
        let mut lines = Lines::default();
        lines.push((0..MOST + 5).map(|n| line(LogStream::Stdout, &n.to_string(), false)));
        assert_eq!(lines.dropped(), 5);
        assert_eq!(lines.numbers().first(), Some(&5));
        assert_eq!(lines.row(5).unwrap().text, "5");
        assert_eq!(lines.row(4), None);
    }
}

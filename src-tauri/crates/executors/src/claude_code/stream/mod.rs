//! What Claude Code writes on its standard output: messages in JSON, one a line.
//!
//! It is read as it comes, cut anywhere, and nothing in it is believed further than it can be
//! checked: a line that is too long is not kept, one that is no message is told as what it is, and a
//! field of another form than it should have is as if it were absent.

mod lines;
mod message;
mod picture;
mod result;

pub(super) use lines::Lines;
pub(super) use message::{Block, Limit, Message, Retry, Said, Tokens, ToolResult, Trouble, Turn};
pub(super) use picture::Picture;
pub(super) use result::{Denial, Final};

/// What one line is.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// A message.
    Said(Said),
    /// A line that is no message; what one can read of it.
    Noise(String),
    /// A line of so many bytes, of which only the beginning was looked at. When it brought the
    /// result of a tool, which call that was.
    TooLong {
        /// How long it was.
        bytes: u64,
        /// The call of which it was to tell the result.
        call: Option<String>,
    },
}

/// Reads what comes, in pieces of any size.
#[derive(Default)]
pub(super) struct Stream {
    lines: Lines,
}

impl Stream {
    /// What the lines say that `bytes` complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        self.lines.push(bytes, &mut |line| pieces.extend(read(line)));
        pieces
    }

    /// What the last line says, if it has no end.
    pub(super) fn end(&mut self) -> Option<Piece> {
        let mut piece = None;
        self.lines.end(&mut |line| piece = read(line));
        piece
    }
}

fn read(line: lines::Line<'_>) -> Option<Piece> {
    match line {
        lines::Line::Whole(line) if line.trim_ascii().is_empty() => None,
        lines::Line::Whole(line) => Some(Said::read(line).map_or_else(noise, Piece::Said)),
        lines::Line::TooLong { head, bytes } => {
            let call = message::call_of_result(&String::from_utf8_lossy(head));
            Some(Piece::TooLong { bytes, call })
        }
    }
}

fn noise(line: String) -> Piece {
    Piece::Noise(line)
}

#[cfg(test)]
mod tests;

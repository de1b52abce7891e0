//! The kinds of line, one a file, and what they share.

mod choice;
mod front;
mod marks;
pub(crate) mod plain;
pub(crate) mod prompt;
pub(crate) mod reminder;
mod repetition;
pub(crate) mod run;
mod tail;
mod text;
mod timing;

use super::piece::Piece;
use super::time::moment::Moment;
use super::word::Word;

/// A line with what is known about its parts.
pub(crate) struct Line<'a> {
    /// As typed.
    pub(crate) text: &'a str,
    /// Its words.
    pub(crate) words: &'a [Word<'a>],
    /// What they could mean.
    pub(crate) pieces: &'a [Piece],
    /// When and where it was typed.
    pub(crate) moment: &'a Moment,
}

impl<'a> Line<'a> {
    /// A piece as typed, without punctuation at its end.
    fn said(&self, piece: &Piece) -> &'a str {
        &self.text[piece.bytes(self.words)]
    }
}

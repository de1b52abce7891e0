//! Which kind of line it is: the first words that are not a time, a priority or a tag say so.

use super::piece::Piece;
use super::word::{Quote, Word, is_at};

/// The prefix of a command.
pub(crate) const RUN: &str = "run:";

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// `run:`, in this piece.
    Run { piece: usize },
    /// `remind me`, from this piece on; two pieces.
    Remind { piece: usize },
    /// Words for a person.
    Text,
}

pub(crate) fn find(words: &[Word<'_>], pieces: &[Piece]) -> Opening {
    let Some(piece) = pieces.iter().position(Piece::is_text) else { return Opening::Text };
    let first = pieces[piece].words.start;
    if begins_with_run(&words[first]) {
        Opening::Run { piece }
    } else if is_at(words, first, "remind") && is_at(words, first + 1, "me") {
        Opening::Remind { piece }
    } else {
        Opening::Text
    }
}

/// Whether a word is `run:`, with or without the first word of the command behind it.
pub(crate) fn begins_with_run(word: &Word<'_>) -> bool {
    word.quote == Quote::None
        && word.text.get(..RUN.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(RUN))
}

//! Which kind of line it is: the first words that are not a time, a priority or a tag say so.

use super::piece::Piece;
use super::word::{Quote, Word, is_at};

/// The prefix of a command.
pub(crate) const RUN: &str = "run:";
/// The prefix of a prompt.
pub(crate) const CLAUDE: &str = "claude:";

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// `run:`, in this piece.
    Run { piece: usize },
    /// `claude:`, in this piece.
    Claude { piece: usize },
    /// `remind me`, from this piece on; two pieces.
    Remind { piece: usize },
    /// Words for a person.
    Text,
}

pub(crate) fn find(words: &[Word<'_>], pieces: &[Piece]) -> Opening {
    let Some(piece) = pieces.iter().position(Piece::is_text) else { return Opening::Text };
    let first = pieces[piece].words.start;
    if begins_with(&words[first], RUN) {
        Opening::Run { piece }
    } else if begins_with(&words[first], CLAUDE) {
        Opening::Claude { piece }
    } else if is_at(words, first, "remind") && is_at(words, first + 1, "me") {
        Opening::Remind { piece }
    } else {
        Opening::Text
    }
}

/// Whether a word is a prefix, with or without the first word of what follows behind it.
pub(crate) fn begins_with(word: &Word<'_>, prefix: &str) -> bool {
    word.quote == Quote::None
        && word.text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

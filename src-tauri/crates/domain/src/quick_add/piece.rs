//! What each stretch of words in a line could mean. Whether it does depends on the kind of line.

use super::Problem;
use super::mark;
use super::time::{self, Phrase, Repeat};
use super::word::Word;
use crate::{Priority, Tag};
use std::ops::Range;

/// A stretch of words.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Which words, by index; never empty.
    pub(crate) words: Range<usize>,
    /// What they could mean.
    pub(crate) meaning: Meaning,
}

/// What words can mean.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// Nothing special: one word of the text.
    Text,
    /// How urgent the task is.
    Priority(Result<Priority, Problem>),
    /// A tag.
    Tag(Result<Tag, Problem>),
    /// When.
    Time(Phrase),
    /// Again and again.
    Repeat(Repeat),
}

impl Piece {
    /// Whether it can only be text.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.meaning, Meaning::Text)
    }

    /// Whether it could be a time.
    pub(crate) const fn is_time(&self) -> bool {
        matches!(self.meaning, Meaning::Time(_))
    }

    /// Its bytes in the line, without punctuation at its end.
    pub(crate) fn bytes(&self, words: &[Word<'_>]) -> Range<usize> {
        let own = &words[self.words.clone()];
        let start = own.first().map_or(0, |word| word.start);
        start..own.last().map_or(start, Word::end)
    }
}

/// Cuts `words` into pieces, each as long as it can be, from left to right and without a gap.
pub(crate) fn scan(words: &[Word<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(word) = words.get(from) {
        let rest = &words[from..];
        let (meaning, length) = if let Some(found) = time::repeat(rest) {
            (Meaning::Repeat(found.what), found.words)
        } else if let Some(found) = time::phrase(rest) {
            (Meaning::Time(found.what), found.words)
        } else if let Some(priority) = mark::priority(word) {
            (Meaning::Priority(priority), 1)
        } else if let Some(tag) = mark::tag(word) {
            (Meaning::Tag(tag), 1)
        } else {
            (Meaning::Text, 1)
        };
        pieces.push(Piece { words: from..from + length, meaning });
        from += length;
    }
    pieces
}

//! What each stretch of words in a line could mean. Whether it does depends on the kind of line.

use super::Problem;
use super::dependency;
use super::mark;
use super::time::{self, Bound, Found, Phrase, Repeat};
use super::word::Word;
use crate::{DependencyGroup, Priority, Tag, TaskRef};
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
    /// What limits something that repeats.
    Bound(Bound),
    /// Who does it.
    Agent(Result<String, Problem>),
    /// The workspace that it is about.
    Workspace(String),
    /// What has to be done before.
    After(Result<DependencyGroup<TaskRef>, Problem>),
}

impl Piece {
    /// Whether it can only be text.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.meaning, Meaning::Text)
    }

    /// Whether it says something about the task wherever it stands.
    pub(crate) const fn is_mark(&self) -> bool {
        matches!(
            self.meaning,
            Meaning::Priority(_)
                | Meaning::Tag(_)
                | Meaning::Agent(_)
                | Meaning::Workspace(_)
                | Meaning::After(_)
        )
    }

    /// Whether it could say when.
    pub(crate) const fn says_when(&self) -> bool {
        matches!(self.meaning, Meaning::Time(_) | Meaning::Repeat(_) | Meaning::Bound(_))
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
    while from < words.len() {
        let found = meaning(&words[from..]);
        pieces.push(Piece { words: from..from + found.words, meaning: found.what });
        from += found.words;
    }
    pieces
}

/// What the words at the beginning of `words` mean together. A repetition takes the time before it,
/// and a limit the time behind it.
fn meaning(words: &[Word<'_>]) -> Found<Meaning> {
    if let Some(found) = time::repeat(words) {
        return Found::new(Meaning::Repeat(found.what), found.words);
    }
    if let Some(found) = time::bound(words) {
        return Found::new(Meaning::Bound(found.what), found.words);
    }
    if let Some(found) = time::phrase(words) {
        return Found::new(Meaning::Time(found.what), found.words);
    }
    if let Some(found) = dependency::after(words) {
        return Found::new(Meaning::After(found.what), found.words);
    }
    Found::new(words.first().map_or(Meaning::Text, word_meaning), 1)
}

/// What a word means by itself.
fn word_meaning(word: &Word<'_>) -> Meaning {
    if let Some(priority) = mark::priority(word) {
        Meaning::Priority(priority)
    } else if let Some(tag) = mark::tag(word) {
        Meaning::Tag(tag)
    } else if let Some(agent) = mark::agent(word) {
        Meaning::Agent(agent)
    } else if let Some(workspace) = mark::workspace(word) {
        Meaning::Workspace(workspace.to_owned())
    } else {
        Meaning::Text
    }
}

//! Why a text could not be read, and where.

use crate::visible::is_hidden;

/// Most characters of a text that a sentence repeats.
const SHOWN: usize = 40;

/// Why a text could not be read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misread {
    /// In bytes from the beginning.
    at: usize,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// This was expected.
    Expected(&'static str),
    /// A quote begins a text that has no end.
    UnclosedText,
    /// A backslash stands before a character that it means nothing to.
    Escape,
    /// Something begins like a number and is none, or none that can be represented.
    NotANumber,
    /// Parentheses and `not` are nested more than this many levels deep.
    TooDeep(usize),
}

impl Misread {
    pub(crate) const fn new(at: usize, what: What) -> Self {
        Self { at, what }
    }

    /// How many bytes could be read.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) const fn what(&self) -> What {
        self.what
    }

    /// The sentence for `text`, which people call `whole`.
    pub(crate) fn sentence(&self, text: &str, whole: &str) -> String {
        let (before, rest) = text.split_at(self.at);
        let place = format!("character {} of {whole}", before.chars().count() + 1);
        match self.what {
            What::Expected(what) if rest.is_empty() => {
                format!("At {place} {what} was expected, and it ends there.")
            }
            What::Expected(what) => {
                format!("At {place} {what} was expected, and {} stands there.", first_word(rest))
            }
            What::UnclosedText => format!("The text that begins at {place} has no end."),
            What::Escape => format!("The backslash at {place} means nothing there."),
            What::NotANumber => {
                format!("{} at {place} is not a number that can be used.", first_number(rest))
            }
            What::TooDeep(levels) => {
                format!("At {place} it is nested more than {levels} levels deep.")
            }
        }
    }
}

/// `text` in quotes: short, and without anything that cannot be seen.
pub(crate) fn shown(text: &str) -> String {
    let clean = |c: char| if is_hidden(c) { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(SHOWN).map(clean).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("“{shown}”")
}

/// The word or the character that `rest` begins with.
fn first_word(rest: &str) -> String {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    match (end, rest.chars().next()) {
        (0, Some(c)) if is_hidden(c) => format!("U+{:04X}", c as u32),
        // In quotes of its own it could not be told apart.
        (0, Some(c @ ('“' | '”' | '„' | '‘' | '’'))) => format!("a {c}"),
        (0, Some(c)) => shown(c.encode_utf8(&mut [0; 4])),
        _ => shown(&rest[..end]),
    }
}

fn first_number(rest: &str) -> String {
    let end = rest.find(|c| !is_of_number(c)).unwrap_or(rest.len());
    shown(&rest[..end])
}

/// Whether `c` is taken as a part of the number that is being read.
pub(crate) const fn is_of_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_')
}

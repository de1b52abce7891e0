//! The words of a line that are left once everything that means something is taken out.

use super::Line;
use crate::quick_add::opening::{Opening, find};
use crate::quick_add::piece::{Piece, scan};
use crate::quick_add::word::{self, Quote, Word};
use std::borrow::Cow;

/// What may be left standing where something was taken out: “call Bob, tomorrow”.
const DANGLING: [char; 6] = [',', ';', ':', '-', '–', '—'];

/// The text of the words for which `kept` says so.
///
/// Quotes that kept a word from meaning something are dropped; others belong to the text.
pub(super) fn of(line: &Line<'_>, pieces: &[Piece], kept: impl Fn(usize) -> bool) -> String {
    let mut text = String::new();
    let mut open_end = false;
    for (index, piece) in pieces.iter().enumerate() {
        open_end = !kept(index);
        if open_end {
            continue;
        }
        for word in &line.words[piece.words.clone()] {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&shown(word));
        }
    }
    let dangling = |c: char| c.is_whitespace() || DANGLING.contains(&c);
    if open_end {
        text.truncate(text.trim_end_matches(dangling).len());
    }
    text
}

/// A sentence about a quote that nothing ends.
pub(super) fn unclosed_quote(words: &[Word<'_>]) -> Option<String> {
    let found = words.iter().any(|word| word.quote == Quote::Unclosed);
    found.then(|| "A double quote has no second one, so it is kept as a character.".to_owned())
}

fn shown<'a>(word: &Word<'a>) -> Cow<'a, str> {
    match word.quoted() {
        Some(inner) if escapes(inner) => {
            Cow::Owned(format!("{inner}{}", &word.text[inner.len() + 2..]))
        }
        _ => Cow::Borrowed(word.text),
    }
}

/// Whether `inner` would mean something without quotes.
fn escapes(inner: &str) -> bool {
    let words = word::split(inner);
    let pieces = scan(&words);
    find(&words, &pieces) != Opening::Text || pieces.iter().any(|piece| !piece.is_text())
}

//! What stands at the end of a command or a prompt, and would mean something before its prefix.

use crate::quick_add::piece::{Piece, scan};
use crate::quick_add::word;

/// A sentence about times and marks at the end of `text`, which is `what` and follows `prefix`.
pub(super) fn kept_in(text: &str, what: &str, prefix: &str) -> Option<String> {
    let words = word::split(text);
    let pieces = scan(&words);
    let first = pieces.iter().rposition(Piece::is_text)? + 1;
    let tail = pieces.get(first)?.bytes(&words).start;
    Some(format!("“{}” is part of the {what}; what is not goes before “{prefix}”.", &text[tail..]))
}

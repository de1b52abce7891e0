//! Text that somebody decides about: nothing in it stays unseen.

use std::borrow::Cow;
use std::fmt::Write;

use aegis_domain::is_unseen;

/// The text with every character written out that is not drawn, or changes how others are drawn: `<U+202E>`. Line
/// ends and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) {
            // Writing to a text cannot fail.
            let _ = write!(seen, "<U+{:04X}>", u32::from(c));
        } else {
            seen.push(c);
        }
    }
    Cow::Owned(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_drawn_is_written_out() {
        let text = "rm\u{200b} a\u{a0}b\n\tc\u{1b}[2J\u{202e}\u{e0041}\r";
        let shown = "rm<U+200B> a<U+00A0>b\n\tc<U+001B>[2J<U+202E><U+E0041><U+000D>";
        assert_eq!(visible(text), shown);
    }

    #[test]
    fn what_is_drawn_stays() {
        for text in ["git status", "ünïcödé 日本語 ترقية\n\tx", ""] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }
}

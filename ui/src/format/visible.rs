//! Text that somebody decides about: nothing in it stays unseen.

use std::borrow::Cow;
use std::fmt::Write;

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

/// Controls, direction overrides, and the default ignorable code points (Unicode, section 5.21), with blanks that are
/// no space.
fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c,
            '\u{a0}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{1680}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
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

//! Characters that cannot be seen: which they are, and how text is shown that has them.
//!
//! There are two sets. [`is_hidden`] is what no name may have, because nobody would have a reason
//! for it; joiners and direction marks are not in it, since words of some languages need them.
//! [`is_unseen`] is all of it, for whoever decides about a text and has to see what is there.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether `c` is a control or changes how its neighbours are read (Unicode TR 36, section 2.10).
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether `c` is not drawn, or changes how others are drawn: controls but for line ends and tabs,
/// direction overrides, the default ignorable code points (Unicode, section 5.21), and blanks that
/// are no space.
#[must_use]
pub fn is_unseen(c: char) -> bool {
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

/// The text with everything unseen written out: `<U+202E>`. Line ends and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    written(text, is_unseen)
}

/// The text in one line, with everything unseen written out; a line end is `␊`, a tab `␉`. These
/// signs themselves are written out, so that nobody can pass one off as the other.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    written(text, |c| is_unseen(c) || matches!(c, '\n' | '\t' | '\u{2400}'..='\u{2426}'))
}

fn written(text: &str, is_written: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_written) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !is_written(c) => seen.push(c),
            '\n' => seen.push('␊'),
            '\t' => seen.push('␉'),
            // Writing to a text cannot fail.
            c => drop(write!(seen, "<U+{:04X}>", u32::from(c))),
        }
    }
    Cow::Owned(seen)
}

/// A name that somebody gives themselves, in `most` characters at most: what is unseen or blank
/// becomes one space.
#[must_use]
pub fn label(text: &str, most: usize) -> String {
    // More than is kept may be blank; what comes after that is not worth a look.
    let head = text.chars().take(most.saturating_mul(8));
    let plain: String = head.map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(most) {
        Some((end, _)) => words.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whatever_is_not_drawn_is_written_out() {
        let text = "rm\u{200b} a\u{a0}b\n\tc\u{1b}[2J\u{202e}\u{e0041}\r";
        let shown = "rm<U+200B> a<U+00A0>b\n\tc<U+001B>[2J<U+202E><U+E0041><U+000D>";
        assert_eq!(visible(text), shown);
        assert!(matches!(visible("größe 日本語"), Cow::Borrowed(_)));
    }

    #[test]
    fn one_line_stays_one_and_its_signs_are_its_own() {
        assert_eq!(one_line("cd x\n\tmake\r\0"), "cd x␊␉make<U+000D><U+0000>");
        assert_eq!(one_line("a␊b"), "a<U+240A>b");
    }

    #[test]
    fn a_name_is_cleaned_and_cut() {
        assert_eq!(label("  Claude\u{202e}\n Code\0 ", 60), "Claude Code");
        assert_eq!(label(&"ab ".repeat(100), 5), "ab ab");
        assert_eq!(label("\u{200b}\u{1b}", 60), "");
    }

    proptest! {
        /// What no name may have is always seen where somebody decides.
        #[test]
        fn what_is_hidden_is_unseen(c: char) {
            prop_assert!(!is_hidden(c) || is_unseen(c) || matches!(c, '\n' | '\t'));
        }

        #[test]
        fn nothing_unseen_is_left(text: String) {
            prop_assert!(!visible(&text).contains(is_unseen));
            let line = one_line(&text);
            prop_assert!(!line.contains(|c| is_unseen(c) || c == '\n' || c == '\t'));
            prop_assert!(!label(&text, 20).contains(is_unseen));
        }
    }
}

//! Text on its way into the index and out of it.

/// Stands before what was found, in what the index gives back: it is in no text.
pub(super) const OPEN: char = '\u{e000}';
/// Stands behind it.
pub(super) const CLOSE: char = '\u{e001}';

/// Text as it is kept to be found and shown: without what a terminal or a page would obey instead
/// of showing it, with one space for any white space, and at most `most` bytes of it.
#[must_use]
pub fn clean(text: &str, most: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(most));
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        let hidden = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            || matches!(c, '\u{e0000}'..='\u{e007f}' | OPEN | CLOSE);
        if hidden {
            continue;
        }
        if clean.len() + 1 + c.len_utf8() > most {
            break;
        }
        if std::mem::take(&mut space) && !clean.is_empty() {
            clean.push(' ');
        }
        clean.push(c);
    }
    clean
}

/// A text, and which parts of it were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The parts, by byte: the first, and the one behind the last. From left to right.
    pub marks: Vec<(u32, u32)>,
}

impl Marked {
    /// From text in which marks stand.
    pub(super) fn from_index(found: &str) -> Self {
        let mut marked = Self::default();
        let mut begun = None;
        for c in found.chars() {
            let here = u32::try_from(marked.text.len()).unwrap_or(u32::MAX);
            match c {
                OPEN => begun = Some(here),
                CLOSE => marked.marks.extend(begun.take().map(|begin| (begin, here))),
                c => marked.text.push(c),
            }
        }
        marked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_without_what_would_be_obeyed() {
        assert_eq!(clean(" a\u{1b}[2Jb\r\n\tc\u{202e}d\u{e000}e ", 100), "a [2Jb cde");
        assert_eq!(clean("日本語", 7), "日本", "a character is whole or not there");
        assert_eq!(clean("\0\u{feff}", 10), "");
    }

    #[test]
    fn marks_are_places_in_the_text() {
        let marked = Marked::from_index("a \u{e000}b\u{e001} <\u{e000}ü\u{e001}>");
        assert_eq!((marked.text.as_str(), marked.marks), ("a b <ü>", vec![(2, 3), (5, 7)]));
        let odd = Marked::from_index("\u{e001}x\u{e000}y");
        assert_eq!((odd.text.as_str(), odd.marks), ("xy", vec![]));
    }
}

//! A text in pieces: what is a placeholder and what is not.

use crate::condition::path::{Cursor, Misread, Path, shown};

/// What opens a placeholder.
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// What stands there, without the backslashes that only say so.
    Text(&'t str),
    Placeholder {
        path: Path,
        /// As it is written, with its braces.
        source: &'t str,
    },
    /// Two braces that nothing sensible follows.
    Misread {
        source: &'t str,
        /// Why, in `from`.
        misread: Misread,
        /// The text from these braces on.
        from: &'t str,
    },
}

/// Why the placeholder that `from` begins with could not be read: one sentence.
pub(super) fn sentence(misread: Misread, from: &str) -> String {
    let end = from.find(CLOSE).map_or(from.len(), |at| at + CLOSE.len());
    misread.sentence(from, &shown(&from[..end]))
}

/// The pieces of `text`.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    Pieces { rest: text, next: None }
}

pub(super) struct Pieces<'t> {
    rest: &'t str,
    /// What was found behind the text that has just been given out.
    next: Option<Piece<'t>>,
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if let Some(piece) = self.next.take() {
            return Some(piece);
        }
        if self.rest.is_empty() {
            return None;
        }
        let Some(braces) = self.rest.find(OPEN) else {
            return Some(Piece::Text(std::mem::take(&mut self.rest)));
        };
        let (before, from) = self.rest.split_at(braces);
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        let text = &before[..before.len() - backslashes.div_ceil(2)];
        let found = if backslashes % 2 == 1 {
            self.rest = &from[OPEN.len()..];
            Piece::Text(&from[..OPEN.len()])
        } else if from[OPEN.len()..].starts_with('{') {
            self.rest = &from[1..];
            Piece::Text(&from[..1])
        } else {
            self.opened(from)
        };
        if text.is_empty() {
            return Some(found);
        }
        self.next = Some(found);
        Some(Piece::Text(text))
    }
}

impl<'t> Pieces<'t> {
    /// The placeholder that `from` begins with.
    fn opened(&mut self, from: &'t str) -> Piece<'t> {
        let mut cursor = Cursor::new(from);
        let read = placeholder(&mut cursor);
        let end = if read.is_ok() { cursor.position() } else { OPEN.len() };
        let (source, rest) = from.split_at(end);
        self.rest = rest;
        match read {
            Ok(path) => Piece::Placeholder { path, source },
            Err(misread) => Piece::Misread { source, misread, from },
        }
    }
}

fn placeholder(cursor: &mut Cursor<'_>) -> Result<Path, Misread> {
    cursor.eat(OPEN);
    cursor.skip_space();
    let path = Path::read(cursor)?;
    cursor.skip_space();
    if cursor.eat(CLOSE) { Ok(path) } else { Err(cursor.expected("a closing }}")) }
}

/// `literal` written so that its braces mean nothing; `opens` when a placeholder comes right behind.
pub(super) fn encode(literal: &str, opens: bool) -> String {
    let mut written = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(brace) = rest.find('{') {
        let (before, from) = rest.split_at(brace);
        written.push_str(before);
        let pair = from.starts_with(OPEN);
        // A single brace takes part in a row of braces when a placeholder follows.
        if pair || (opens && from.len() == 1) {
            double_backslashes(&mut written);
        }
        if pair {
            written.push('\\');
        }
        let (braces, behind) = from.split_at(if pair { OPEN.len() } else { 1 });
        written.push_str(braces);
        rest = behind;
    }
    written.push_str(rest);
    if opens {
        double_backslashes(&mut written);
    }
    written
}

/// Doubles the backslashes that `written` ends in.
fn double_backslashes(written: &mut String) {
    let bare = written.trim_end_matches('\\').len();
    written.extend(std::iter::repeat_n('\\', written.len() - bare));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    /// The texts together, with each placeholder's source in angle brackets.
    fn read(text: &str) -> String {
        pieces(text)
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Placeholder { source, .. } => format!("<{source}>"),
                Piece::Misread { source, .. } => format!("!{source}"),
            })
            .collect()
    }

    #[rstest]
    #[case("", "")]
    #[case("a {b} }} c", "a {b} }} c")]
    #[case("{{a}}", "<{{a}}>")]
    #[case("x{{ a.b[0]['}}'] }}y{{c}}", "x<{{ a.b[0]['}}'] }}>y<{{c}}>")]
    #[case(r"\{{a}}", "{{a}}")]
    #[case(r"\\{{a}}", r"\<{{a}}>")]
    #[case(r"C:\\\{{a}}", r"C:\{{a}}")]
    #[case(r"\a \{ \\", r"\a \{ \\")]
    #[case("{{{a}}}", "{<{{a}}>}")]
    #[case("{{{{a}}}}", "{{<{{a}}>}}")]
    #[case(r"\{{{a}}", "{{{a}}")]
    #[case(r"\{{{{a}}", "{{<{{a}}>")]
    #[case("{{", "!{{")]
    #[case("{{a b}} {{c}}", "!{{a b}} <{{c}}>")]
    #[case("größe {{é}}", "größe <{{é}}>")]
    fn a_text_falls_into_pieces(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(read(text), expected);
    }

    proptest! {
        /// Texts of the characters that matter, and whether a placeholder follows each.
        #[test]
        fn what_is_encoded_is_read_again(
            parts in proptest::collection::vec(("[{}\\\\a]{0,8}", any::<bool>()), 0..6),
        ) {
            let (mut written, mut expected, mut literal) = <(String, String, String)>::default();
            for (text, opens) in &parts {
                literal.push_str(text);
                if *opens {
                    written.push_str(&encode(&literal, true));
                    written.push_str("{{p}}");
                    expected.push_str(&format!("{literal}<{{{{p}}}}>"));
                    literal.clear();
                }
            }
            written.push_str(&encode(&literal, false));
            expected.push_str(&literal);
            prop_assert_eq!(read(&written), expected, "{}", written);
        }
    }
}

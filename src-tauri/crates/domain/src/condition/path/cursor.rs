//! A place in a text that is being read.

use super::{Misread, What};

/// A place in a text: everything before it has been read.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    /// In bytes; always between two characters.
    at: usize,
}

impl<'t> Cursor<'t> {
    /// The beginning of `text`.
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes have been read.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    /// What is still to be read.
    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The next character.
    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The name that begins here: a letter or `_`, then letters, digits and `_`; else nothing.
    pub(crate) fn peek_name(&self) -> &'t str {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return "";
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    }

    /// Reads `expected`, if it comes next.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let comes = self.rest().starts_with(expected);
        if comes {
            self.at += expected.len();
        }
        comes
    }

    /// Reads as long as the characters belong.
    pub(crate) fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Reads white space.
    pub(crate) fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// Reads a text in the quotes that begin here. In it `\` stands before a quote, a backslash,
    /// `n` (line break) or `t` (tab).
    pub(crate) fn quoted(&mut self) -> Result<String, Misread> {
        let from = self.at;
        let mut chars = self.rest().char_indices();
        let Some((_, quote @ ('"' | '\''))) = chars.next() else {
            return Err(self.expected("a text in quotes"));
        };
        let mut read = String::new();
        while let Some((offset, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\'' | '\\'))) => read.push(escaped),
                    Some((_, 'n')) => read.push('\n'),
                    Some((_, 't')) => read.push('\t'),
                    Some(_) => return Err(Misread::new(from + offset, What::Escape)),
                    None => break,
                },
                _ if c == quote => {
                    self.at = from + offset + 1;
                    return Ok(read);
                }
                _ => read.push(c),
            }
        }
        Err(Misread::new(from, What::UnclosedText))
    }

    /// That something else was expected here.
    pub(crate) const fn expected(&self, what: &'static str) -> Misread {
        Misread::new(self.at, What::Expected(what))
    }
}

//! The words of a line, each with its place in it.

/// Marks at the end of a word that do not belong to it: “tomorrow, at 7:” means what it means
/// without them.
const TRAILING: [char; 6] = [',', '.', ';', ':', '!', '?'];

/// A word as typed. Words in double quotes are one word, which never means anything special.
#[derive(Debug)]
pub(crate) struct Word<'a> {
    /// Its first byte in the line.
    pub(crate) start: usize,
    /// As typed, with quotes and punctuation.
    pub(crate) text: &'a str,
    /// How it is quoted.
    pub(crate) quote: Quote,
    /// In small letters and without punctuation at its end; empty when quoted.
    key: String,
}

/// How a word is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Not at all.
    None,
    /// From its first byte on, up to the byte at this offset in the word.
    Closed(usize),
    /// It begins with a quote that nothing ends, which makes the quote an ordinary character.
    Unclosed,
}

impl<'a> Word<'a> {
    fn new(line: &'a str, start: usize, end: usize, quote: Quote) -> Self {
        let text = &line[start..end];
        let key = match quote {
            Quote::Closed(_) => String::new(),
            Quote::None | Quote::Unclosed => text.trim_end_matches(TRAILING).to_ascii_lowercase(),
        };
        Self { start, text, quote, key }
    }

    /// What the grammar compares.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is `key`, in any case and with any punctuation after it.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.key == key
    }

    /// The byte after its last, without punctuation.
    pub(crate) fn end(&self) -> usize {
        match self.quote {
            Quote::Closed(_) => self.start + self.text.len(),
            Quote::None | Quote::Unclosed => self.start + self.key.len(),
        }
    }

    /// As typed, without punctuation at the end.
    pub(crate) fn bare(&self) -> &'a str {
        &self.text[..self.end() - self.start]
    }

    /// What is between the quotes.
    pub(crate) fn quoted(&self) -> Option<&'a str> {
        match self.quote {
            Quote::Closed(end) => Some(&self.text[1..end]),
            Quote::None | Quote::Unclosed => None,
        }
    }
}

/// Whether the word at `index` is `key`.
pub(crate) fn is_at(words: &[Word<'_>], index: usize, key: &str) -> bool {
    words.get(index).is_some_and(|word| word.is(key))
}

/// How many words join the one before `index` to the next of a list: none after a comma, one for
/// “and”. `None` when the list has ended.
pub(crate) fn joint(words: &[Word<'_>], index: usize) -> Option<usize> {
    let comma = index
        .checked_sub(1)
        .and_then(|before| words.get(before))
        .is_some_and(|word| word.quote == Quote::None && word.text[word.key.len()..].contains(','));
    let and = is_at(words, index, "and") || is_at(words, index, "&");
    (comma || and).then_some(usize::from(and))
}

/// The words of `line`, from left to right.
pub(crate) fn split(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut from = 0;
    while let Some(skipped) = line[from..].find(|c: char| !c.is_whitespace()) {
        let start = from + skipped;
        let rest = &line[start..];
        let closing = rest.strip_prefix('"').map(|inner| inner.find('"').map(|at| at + 1));
        let (quote, inside) = match closing {
            None => (Quote::None, 0),
            Some(None) => (Quote::Unclosed, 0),
            Some(Some(closing)) => (Quote::Closed(closing), closing),
        };
        let end =
            rest[inside..].find(char::is_whitespace).map_or(line.len(), |at| start + inside + at);
        words.push(Word::new(line, start, end, quote));
        from = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<&str> {
        split(line).iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_end_at_white_space_and_quotes_hold_it() {
        assert_eq!(texts("  a  b\u{a0}c "), ["a", "b", "c"]);
        assert_eq!(texts(r#"see "a b", c"#), ["see", r#""a b","#, "c"]);
        assert_eq!(texts(r#"5" pipe "open end"#), ["5\"", "pipe", "\"open", "end"]);
        assert_eq!(split(r#"see "a b", c"#)[1].quoted(), Some("a b"));
        assert_eq!(split("\"open")[0].quote, Quote::Unclosed);
    }

    #[test]
    fn a_word_is_compared_without_case_and_punctuation() {
        let words = split("Tomorrow, \"tomorrow\"");
        assert!(words[0].is("tomorrow"));
        assert_eq!(words[0].bare(), "Tomorrow");
        assert!(!words[1].is("tomorrow"));
    }
}

//! What somebody looks for.
//!
//! Words, all of which have to be there; `"words in a row"`; `begin*` for words that begin so;
//! `-word` for what must not be there. Nothing else has a meaning, so no text can be written wrong.

use crate::text::Invalid;
use crate::visible::is_hidden;

/// Most characters of a question.
const MAX_TEXT: usize = 1000;
/// Most words and phrases of a question.
const MAX_TERMS: usize = 32;

/// A question that can be answered: at least one thing is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// What has to be there.
    pub wanted: Vec<Term>,
    /// What must not be there.
    pub unwanted: Vec<Term>,
}

/// A word, or words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The text; it has a letter or a digit.
    pub text: String,
    /// The last word may go on.
    pub prefix: bool,
}

impl SearchQuery {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// [`Invalid`] when there is nothing to look for, or too much.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let refuse = |message: String, hint: &str| Err(Invalid::new("text", message, hint));
        let length = text.chars().count();
        if length > MAX_TEXT {
            let message = format!("The search has {length} characters; at most {MAX_TEXT} fit.");
            return refuse(message, "Look for the words that are rare.");
        }
        let mut query = Self { wanted: Vec::new(), unwanted: Vec::new() };
        let mut rest = text;
        while let Some((excluded, term, after)) = next(rest) {
            rest = after;
            if term.text.chars().any(char::is_alphanumeric) {
                if excluded { &mut query.unwanted } else { &mut query.wanted }.push(term);
            }
        }
        if query.wanted.len() + query.unwanted.len() > MAX_TERMS {
            let message = format!("There are more than {MAX_TERMS} words to look for.");
            return refuse(message, "Look for the words that are rare.");
        }
        if query.wanted.is_empty() {
            let message = if query.unwanted.is_empty() {
                "There is no word to look for."
            } else {
                "There are only words to leave out."
            };
            return refuse(message.to_owned(), "Say at least one word that has to be there.");
        }
        Ok(query)
    }
}

/// The next word or phrase, whether it is to be left out, and what comes after it.
fn next(text: &str) -> Option<(bool, Term, &str)> {
    let text = text.trim_start_matches(is_space);
    let (excluded, text) = match text.strip_prefix('-') {
        Some(rest) if !rest.starts_with(is_space) && !rest.is_empty() => (true, rest),
        _ => (false, text),
    };
    if text.is_empty() {
        return None;
    }
    let (words, rest) = match text.strip_prefix('"') {
        // A phrase that nobody closed goes on to the end.
        Some(phrase) => phrase.split_once('"').unwrap_or((phrase, "")),
        None => text.split_at(text.find(is_space).unwrap_or(text.len())),
    };
    let quoted = text.starts_with('"');
    let (prefix, words, rest) = match (quoted, rest.strip_prefix('*'), words.strip_suffix('*')) {
        (true, Some(rest), _) => (true, words, rest),
        (false, _, Some(words)) => (true, words, rest),
        _ => (false, words, rest),
    };
    let text = words.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    Some((excluded, Term { text, prefix }, rest))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn read(text: &str) -> String {
        let query = SearchQuery::new(text).unwrap();
        let told = |term: &Term| format!("[{}{}]", term.text, if term.prefix { "*" } else { "" });
        let wanted: String = query.wanted.iter().map(told).collect();
        let unwanted: String = query.unwanted.iter().map(|t| format!("-{}", told(t))).collect();
        wanted + &unwanted
    }

    #[rstest]
    #[case("nightly backup", "[nightly][backup]")]
    #[case("\"disk is full\" -test", "[disk is full]-[test]")]
    #[case("back* -\"dry run\"", "[back*]-[dry run]")]
    #[case("\"disk fu\"*", "[disk fu*]")]
    #[case("\"never closed", "[never closed]")]
    #[case("e-mail C++ a\"b", "[e-mail][C++][a\"b]")]
    #[case("NEAR(a b) OR title:x", "[NEAR(a][b)][OR][title:x]")]
    #[case("- * \"\" ** word", "[word]")]
    #[case("日本 Grüße", "[日本][Grüße]")]
    #[case("a\0b", "[a][b]")]
    fn words_phrases_and_what_to_leave_out(#[case] text: &str, #[case] meaning: &str) {
        assert_eq!(read(text), meaning);
    }

    #[rstest]
    #[case("", "no word")]
    #[case(" \t!?* ", "no word")]
    #[case("-only -this", "only words to leave out")]
    fn a_search_needs_a_word(#[case] text: &str, #[case] why: &str) {
        let refused = SearchQuery::new(text).unwrap_err();
        assert!(refused.message.contains(why), "{refused}");
    }

    #[test]
    fn a_search_has_a_limit() {
        assert!(SearchQuery::new(&"x".repeat(1001)).is_err());
        assert!(SearchQuery::new(&"word ".repeat(33)).is_err());
        assert!(SearchQuery::new(&"word ".repeat(32)).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}|[\"*\\- a-z\\x00]{0,80}") {
            if let Ok(query) = SearchQuery::new(&text) {
                prop_assert!(!query.wanted.is_empty());
                for term in query.wanted.iter().chain(&query.unwanted) {
                    prop_assert!(term.text.chars().any(char::is_alphanumeric));
                }
            }
        }
    }
}

//! Text from outside, checked once at the edge.

use crate::visible::is_hidden;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most characters (Unicode scalar values) of a title.
pub const MAX_TITLE: usize = 500;
/// Most bytes of a description.
pub const MAX_DESCRIPTION: usize = 256 * 1024;
/// Most tags of one task.
pub const MAX_TAGS: usize = 32;

/// A field that was refused: which one, what is wrong with it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message} {hint}")]
pub struct Invalid {
    /// The field's name, as in the API.
    pub field: String,
    /// What is wrong: one sentence.
    pub message: String,
    /// What to do: one sentence.
    pub hint: String,
}

impl Invalid {
    /// A refusal of `field`.
    pub fn new(
        field: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), message: message.into(), hint: hint.into() }
    }
}

/// A title: one line, 1 to 500 characters, without control characters or direction overrides.
///
/// Right-to-left text is welcome. Overrides and isolates (U+202A–U+202E, U+2066–U+2069) are not:
/// they can make a title read as something that it does not say (Unicode TR 36, section 2.10).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

impl Title {
    /// A title from what somebody typed; white space at both ends is dropped.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, too long, or has characters that cannot be seen.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new("title", "The title is empty.", "Say what is to be done."));
        }
        let length = text.chars().count();
        if length > MAX_TITLE {
            return Err(Invalid::new(
                "title",
                format!("The title has {length} characters; at most {MAX_TITLE} fit."),
                "Keep the title short and put the rest into the description.",
            ));
        }
        if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
            return Err(Invalid::new(
                "title",
                format!("The title contains U+{:04X}, a character that cannot be seen.", c as u32),
                "Remove line breaks, control characters and direction overrides.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A title made of any text: what cannot stand in a title becomes a space, what is too long
    /// ends in an ellipsis, and nothing at all becomes `fallback`.
    #[must_use]
    pub fn lossy(text: &str, fallback: &str) -> Self {
        let visible: String = text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
        let one_line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        if one_line.is_empty() {
            return Self(fallback.to_owned());
        }
        if one_line.chars().count() <= MAX_TITLE {
            return Self(one_line);
        }
        Self(one_line.chars().take(MAX_TITLE - 1).chain(['…']).collect())
    }
}

impl TryFrom<String> for Title {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A tag: 1 to 40 letters, digits, `-`, `_`, `.`, `/` or `:`, lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    /// A tag, with or without its `#`.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, longer than 40 characters or has other characters.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let bare = text.trim().trim_start_matches('#').to_lowercase();
        let fits = (1..=40).contains(&bare.chars().count());
        let clean = bare.chars().all(|c| c.is_alphanumeric() || "-_./:".contains(c));
        if fits && clean {
            Ok(Self(bare))
        } else {
            let shown: String = bare.chars().filter(|c| !is_hidden(*c)).take(40).collect();
            Err(Invalid::new(
                "tags",
                format!("“{shown}” cannot be a tag."),
                "Use 1 to 40 letters, digits, - _ . / or :, without spaces.",
            ))
        }
    }

    /// The text, without `#`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Tag {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("  Renew the certificate ", "Renew the certificate")]
    #[case("ترقية العميل", "ترقية العميل")]
    #[case("日本語", "日本語")]
    fn a_title_is_kept(#[case] typed: &str, #[case] kept: &str) {
        assert_eq!(Title::new(typed).unwrap().as_str(), kept);
    }

    #[rstest]
    #[case("", "is empty")]
    #[case(" \t ", "is empty")]
    #[case("a\0b", "U+0000")]
    #[case("a\nb", "U+000A")]
    #[case("invoice\u{202e}fdp.exe", "U+202E")]
    fn a_title_is_refused(#[case] typed: &str, #[case] why: &str) {
        let refused = Title::new(typed).unwrap_err();
        assert!(refused.message.contains(why), "{refused}");
    }

    #[test]
    fn a_megabyte_is_refused_with_its_length() {
        let refused = Title::new(&"x".repeat(1 << 20)).unwrap_err();
        assert!(refused.message.contains("1048576 characters"), "{refused}");
    }

    #[test]
    fn any_text_can_become_a_title() {
        assert_eq!(Title::lossy("a\nb\0c", "-").as_str(), "a b c");
        assert_eq!(Title::lossy("\u{202e}", "Untitled").as_str(), "Untitled");
        assert_eq!(Title::lossy(&"y".repeat(900), "-").as_str().chars().count(), MAX_TITLE);
    }
}

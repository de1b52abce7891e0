//! What a key is called.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Longest name, in characters.
const MAX: usize = 64;

/// The name of a key in the keychain: lower-case words with `-` between them, such as `anthropic`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);

impl KeyName {
    /// The key of Anthropic's API.
    pub const ANTHROPIC: &str = "anthropic";

    /// A name.
    ///
    /// # Errors
    /// [`Invalid`] when it is not made of lower-case words.
    pub fn new(name: &str) -> Result<Self, Invalid> {
        let word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        let fits = name.len() <= MAX
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.split('-').all(word);
        if fits {
            return Ok(Self(name.to_owned()));
        }
        // What somebody gave as a name may be the key itself.
        Err(Invalid::new(
            "name",
            "That cannot be the name of a key.",
            format!(
                "Use lower-case words of letters and digits with - between them, {MAX} characters \
                 at most, such as: anthropic"
            ),
        ))
    }

    /// The name that a variable of the environment suggests: `OPENAI_API_KEY` is `openai-api-key`.
    #[must_use]
    pub fn of_variable(variable: &str) -> Self {
        let lower: String = variable
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let words: Vec<_> = lower.split('-').filter(|word| !word.is_empty()).collect();
        let mut name = words.join("-");
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            name.insert_str(0, "key-");
        }
        // With room for a number behind it.
        name.truncate(MAX - 4);
        Self(name.trim_end_matches('-').to_owned())
    }

    /// The same with a number behind it.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = Invalid;
    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::new(name)
    }
}

impl TryFrom<String> for KeyName {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        Self::new(&name).map_err(|invalid| format!("{} {}", invalid.message, invalid.hint))
    }
}

impl From<KeyName> for String {
    fn from(name: KeyName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("anthropic")]
    #[case("openai-api-key-2")]
    #[case("a")]
    fn is_a_name(#[case] name: &str) {
        assert_eq!(KeyName::new(name).unwrap().as_str(), name);
    }

    #[rstest]
    #[case("")]
    #[case("Anthropic")]
    #[case("an thropic")]
    #[case("a_b")]
    #[case("-a")]
    #[case("a-")]
    #[case("a--b")]
    #[case("2fa")]
    #[case("clé")]
    #[case("sk-ant-api03-ABCDEF")]
    #[case("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    fn is_no_name_and_is_not_repeated(#[case] name: &str) {
        let refused = KeyName::new(name).unwrap_err();
        assert!(name.len() < 4 || !format!("{refused:?}").contains(name), "{refused:?}");
    }

    #[rstest]
    #[case("OPENAI_API_KEY", "openai-api-key")]
    #[case("__X__Token", "x-token")]
    #[case("2FA_SECRET", "key-2fa-secret")]
    #[case("É", "key-")]
    fn a_variable_suggests_a_name(#[case] variable: &str, #[case] name: &str) {
        let suggested = KeyName::of_variable(variable);
        assert_eq!(suggested.as_str(), name.trim_end_matches('-'));
        assert_eq!(KeyName::new(suggested.as_str()), Ok(suggested.clone()));
        let longest = KeyName::of_variable(&"A_B".repeat(60)).numbered(99);
        assert_eq!(KeyName::new(longest.as_str()), Ok(longest));
    }
}

//! Patterns of tools' names and of texts in their input.

use crate::text::Invalid;
use crate::visible::one_line;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most bytes of a pattern: a whole command has to fit.
const MAX_BYTES: usize = 16 * 1024;
/// What ends a command or begins another one in a shell, and what hides one.
const SHELL: &[char] =
    &[';', '|', '&', '$', '`', '<', '>', '(', ')', '{', '}', '\\', '\n', '\r', '\'', '"', '#', '!'];

/// A text in which `*` is any text. It has to match from end to end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(String);

impl Pattern {
    /// A pattern from what somebody wrote.
    ///
    /// # Errors
    /// [`Invalid`] for an empty or a very long one.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new("pattern", "The pattern is empty.", "Use * for anything."));
        }
        if text.len() > MAX_BYTES {
            return Err(Invalid::new(
                "pattern",
                format!("The pattern has {} bytes; at most {MAX_BYTES} fit.", text.len()),
                "Use * for what is in between.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The pattern that matches this text and no other, if a pattern can say so: a star cannot be
    /// meant literally.
    #[must_use]
    pub fn exactly(text: &str) -> Option<Self> {
        if text.contains('*') { None } else { Self::new(text).ok() }
    }

    /// Whether `text` looks like this.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.parts(text, |_| true)
    }

    /// Whether `text` looks like this, and no star stands for anything that would make more of a
    /// command line than it seems: another command, a redirection, a substitution, a quote.
    #[must_use]
    pub fn matches_plainly(&self, text: &str) -> bool {
        self.parts(text, |star| !star.contains(SHELL))
    }

    /// Whether it is a plain text without a star.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Matches with every star as short as possible, the last one to the end. `fits` says what a
    /// star may stand for; because it refuses single characters, a shorter star is never worse.
    fn parts(&self, text: &str, fits: impl Fn(&str) -> bool) -> bool {
        let mut parts = self.0.split('*');
        // A split has a first part.
        let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
            return false;
        };
        let mut parts = parts.peekable();
        while let Some(part) = parts.next() {
            let last = parts.peek().is_none();
            let at = if last {
                rest.len().checked_sub(part.len()).filter(|at| rest.get(*at..) == Some(part))
            } else {
                rest.find(part)
            };
            let Some((star, behind)) = at.and_then(|at| rest.split_at_checked(at)) else {
                return false;
            };
            if !fits(star) {
                return false;
            }
            rest = behind.get(part.len()..).unwrap_or_default();
        }
        rest.is_empty()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&self.0))
    }
}

impl TryFrom<String> for Pattern {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap()
    }

    #[test]
    fn a_star_is_any_text_and_the_ends_count() {
        for (of, text) in [
            ("*", ""),
            ("*", "anything"),
            ("git *", "git status"),
            ("*.rs", "src/a.rs"),
            ("a*b*c", "aXbYbc"),
            ("a**c", "abc"),
            ("Bash", "Bash"),
            ("*é*", "café au lait"),
        ] {
            assert!(pattern(of).matches(text), "{of} {text}");
        }
        for (of, text) in [
            ("git *", "agit status"),
            ("git *", "git"),
            ("*.rs", "a.rs.bak"),
            ("a*b*c", "acb"),
            ("ab*ba", "aba"),
            ("Bash", "BashOutput"),
            ("", "x"),
        ] {
            let refused = Pattern::new(of).map_or(true, |of| !of.matches(text));
            assert!(refused, "{of} {text}");
        }
    }

    #[test]
    fn a_star_never_stands_for_a_second_command() {
        let git = pattern("git *");
        assert!(git.matches_plainly("git log --oneline -5 src/a.rs"));
        for more in [
            "git status; rm -rf ~",
            "git status && rm x",
            "git log | sh",
            "git log $(rm x)",
            "git log `rm x`",
            "git log > ~/.bashrc",
            "git log\nrm x",
            "git -c core.pager='sh -c x' log",
            "git log \\\nrm",
        ] {
            assert!(!git.matches_plainly(more), "{more}");
            assert!(git.matches(more), "{more}");
        }
        // What a person wrote out is what they meant.
        assert!(pattern("cargo test | tail -5").matches_plainly("cargo test | tail -5"));
        assert!(pattern("cargo test * | tail -5").matches_plainly("cargo test -p a | tail -5"));
        assert!(!pattern("cargo test * | tail -5").matches_plainly("cargo test; a | tail -5"));
    }

    #[test]
    fn an_exact_pattern_matches_itself_alone() {
        assert_eq!(Pattern::exactly("rm *"), None);
        let exact = Pattern::exactly("ls -l").unwrap();
        assert!(exact.is_exact() && exact.matches("ls -l") && !exact.matches("ls -la"));
    }
}

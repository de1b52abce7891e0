//! A name for a task that people choose: `daily_reflection`.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 3 to 64 lower-case letters, digits, `_` and `-`, with at least one `_` or `-`, so that it is
/// never taken for a number or a short id. Unique among tasks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Words that interfaces use where a slug could stand.
const RESERVED: [&str; 1] = ["execute-due"];

impl Slug {
    /// A slug from what somebody wrote.
    ///
    /// # Errors
    /// [`Invalid`] when it has another form or is reserved.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let refuse = |message: String| {
            let hint = "Use 3 to 64 letters a-z, digits, _ and -, with at least one _ or -, such \
                        as daily_report.";
            Invalid::new("slug", message, hint)
        };
        let shown: String =
            text.chars().filter(|c| !crate::visible::is_hidden(*c)).take(64).collect();
        if RESERVED.contains(&text) {
            return Err(refuse(format!("“{shown}” is a word that Aegis uses itself.")));
        }
        let clean = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        let fits = (3..=64).contains(&text.len());
        let is_id = text.parse::<crate::TaskId>().is_ok();
        if clean && fits && !is_id && text.contains(['_', '-']) && !text.starts_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(refuse(format!("“{shown}” cannot be a task's name.")))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_never_looks_like_another_name_of_a_task() {
        for good in ["daily_reflection", "a-b", "2026-report", "x_1"] {
            assert_eq!(Slug::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "ab", "42", "exercise", "Daily_x", "-ab", "execute-due", "a b_c", "a_\0b"] {
            assert_eq!(Slug::new(bad).unwrap_err().field, "slug", "{bad}");
        }
        assert!(Slug::new("0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f").is_err());
    }
}

//! How a person or a program names a task: `42`, `#42`, a short id, its slug, or the whole UUID.

use crate::{ShortId, Slug, TaskId, TaskNumber};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A name for a task. Only digits mean a number; a short id always has a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TaskRef {
    /// `#42` or `42`.
    Number(TaskNumber),
    /// Six to twelve characters of base 32.
    Short(ShortId),
    /// The name that people chose.
    Slug(Slug),
    /// The UUID.
    Id(TaskId),
}

/// A text that cannot name a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” does not name a task. Use its number (42 or #42), its short id, its slug, or its full id"
)]
pub struct TaskRefError(String);

impl FromStr for TaskRef {
    type Err = TaskRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let bare = trimmed.strip_prefix('#').unwrap_or(trimmed);
        let refuse = || TaskRefError(trimmed.chars().take(60).collect());
        if !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit()) {
            return bare.parse().map(|n| Self::Number(TaskNumber(n))).map_err(|_| refuse());
        }
        if let Ok(id) = bare.parse::<TaskId>() {
            return Ok(Self::Id(id));
        }
        let short = (ShortId::MIN..=ShortId::MAX).contains(&bare.len())
            && bare.bytes().all(|b| b.is_ascii_alphanumeric());
        if short {
            Ok(Self::Short(ShortId::from_stored(bare.to_ascii_lowercase())))
        } else {
            Slug::new(bare).map(Self::Slug).map_err(|_| refuse())
        }
    }
}

impl TryFrom<String> for TaskRef {
    type Error = TaskRefError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TaskRef> for String {
    fn from(task: TaskRef) -> Self {
        task.to_string()
    }
}

impl From<TaskId> for TaskRef {
    fn from(id: TaskId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "#{n}"),
            Self::Short(s) => s.fmt(f),
            Self::Slug(s) => s.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("42", "#42")]
    #[case(" #42 ", "#42")]
    #[case("AB12cd", "ab12cd")]
    #[case("daily_report", "daily_report")]
    #[case("01932b6e-7c00-7abc-8def-0123456789ab", "01932b6e-7c00-7abc-8def-0123456789ab")]
    fn reads(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(text.parse::<TaskRef>().unwrap().to_string(), shown);
    }

    #[rstest]
    #[case("")]
    #[case("#")]
    #[case("abc")]
    #[case("99999999999999999999999999")]
    #[case("no spaces")]
    #[case("../../etc")]
    fn refuses(#[case] text: &str) {
        assert!(text.parse::<TaskRef>().is_err());
    }
}

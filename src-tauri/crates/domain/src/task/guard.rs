//! What keeps a request from making more than one task.

use crate::text::Invalid;
use crate::visible::is_hidden;
use crate::{StateName, TaskId, TaskNumber};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most characters of a key.
const MAX_KEY: usize = 200;

/// A name that whoever asks gives to a request, or to a kind of work: 1 to 200 characters that can
/// be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    /// A key from what somebody wrote, exactly so; white space at both ends is dropped.
    ///
    /// # Errors
    /// [`Invalid`] of `field` when it is empty, too long, or has characters that cannot be seen.
    pub fn new(field: &str, text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=MAX_KEY).contains(&length) && !text.chars().any(is_hidden) {
            return Ok(Self(text.to_owned()));
        }
        let message = match length {
            0 => "The key is empty.".to_owned(),
            _ if length > MAX_KEY => format!("The key has {length} characters."),
            _ => "The key contains a character that cannot be seen.".to_owned(),
        };
        Err(Invalid::new(field, message, format!("Use 1 to {MAX_KEY} characters on one line.")))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Key {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new("key", &text)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What has to hold for a task to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Guard {
    /// The request was not made before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Once>,
    /// No other task of its kind is in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<Unique>,
}

/// A request that counts once, however often it comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// Its key.
    pub key: Key,
    /// What was asked for, as a fingerprint: the same key with another one is a mistake.
    pub request: String,
}

/// A kind of work of which there is one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// Its key.
    pub key: Key,
    /// Another task of the key is in the way while it shows one of these states; `None` is a task
    /// that never ran.
    pub while_in: Vec<Option<StateName>>,
}

impl Unique {
    /// The states in which a task is not done with: every one that is not terminal, and that of a
    /// task that never ran.
    #[must_use]
    pub fn not_done() -> Vec<Option<StateName>> {
        let live = StateName::ALL.into_iter().filter(|state| !state.is_terminal());
        [None].into_iter().chain(live.map(Some)).collect()
    }
}

/// A task that is there already, as far as a guard looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Identity.
    pub task: TaskId,
    /// `#42`.
    pub number: TaskNumber,
}

/// What a guard looks at, read in the transaction that will write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guarded {
    /// The task that the key has made, with the fingerprint of the request.
    pub made: Option<(Made, String)>,
    /// The newest task of the unique key that is in one of the states, with its state.
    pub holder: Option<(Made, Option<StateName>)>,
    /// Keys of requests that still count.
    pub keys: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_line_that_can_be_seen() {
        assert_eq!(Key::new("key", " order 7 ").unwrap().as_str(), "order 7");
        for bad in ["", "  ", "a\nb", "a\0", "\u{202e}x", &"k".repeat(201)] {
            assert_eq!(Key::new("unique", bad).unwrap_err().field, "unique", "{bad:?}");
        }
        assert!(serde_json::from_str::<Key>("\"\"").is_err(), "also where it comes as JSON");
    }

    #[test]
    fn not_done_is_everything_but_an_end() {
        let states = Unique::not_done();
        assert!(states.contains(&None) && states.contains(&Some(StateName::Awaiting)));
        assert!(!states.iter().flatten().any(|state| state.is_terminal()));
    }
}

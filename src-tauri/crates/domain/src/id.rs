//! Identities: one newtype each, so that no id is ever taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    };
}

uuid_id!(
    /// A task's identity (UUIDv7).
    TaskId
);
uuid_id!(
    /// An occurrence's identity (UUIDv7).
    OccurrenceId
);
uuid_id!(
    /// A run's identity (UUIDv7).
    RunId
);
uuid_id!(
    /// The identity of something a person is asked (UUIDv7).
    AskId
);

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

counter!(
    /// A task's number, for people: `#42`. Never reused.
    TaskNumber
);
counter!(
    /// An event's place in the one global sequence, from 1. 0 is "before every event".
    EventSeq
);
counter!(
    /// Proof that a run is the current attempt. Each claim draws a higher one; a report with an
    /// older one is refused.
    FencingToken
);

/// Six or more characters of the task's UUID, with at least one letter, unique among tasks.
///
/// Written in Crockford's base 32, lower case: it has no letters that look alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShortId(String);

impl ShortId {
    /// Fewest characters.
    pub const MIN: usize = 6;
    /// Most characters: the 60 random bits that close the UUID.
    pub const MAX: usize = 12;
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// All short ids that `id` may take, shortest first. Every one contains a letter, so that it
    /// can never be taken for a task's number.
    pub fn candidates(id: TaskId) -> impl Iterator<Item = Self> {
        let bits = id.0.as_u128();
        let mut symbols: Vec<usize> =
            (0..Self::MAX).map(|i| ((bits >> (5 * i)) & 31) as usize).collect();
        // One id in a million has digits alone: the first of them becomes the letter ten further on.
        if symbols.iter().all(|symbol| *symbol < 10) {
            symbols[0] += 10;
        }
        let text: String = symbols.into_iter().map(|i| Self::ALPHABET[i] as char).collect();
        (Self::MIN..=Self::MAX)
            .map(move |n| text[..n].to_owned())
            .filter(|s| s.bytes().any(|b| b.is_ascii_alphabetic()))
            .map(Self)
    }

    /// The short id as stored. Trusted: for rows that [`ShortId::candidates`] made earlier.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ctx;

    #[test]
    fn a_short_id_always_has_a_letter_and_at_least_six_characters() {
        let mut ctx = Ctx::new(chrono::DateTime::UNIX_EPOCH, 7);
        for _ in 0..10_000 {
            let id = TaskId(ctx.uuid());
            for short in ShortId::candidates(id) {
                assert!(short.as_str().len() >= ShortId::MIN);
                assert!(short.as_str().bytes().any(|b| b.is_ascii_alphabetic()), "{short}");
            }
        }
    }

    #[test]
    fn an_id_whose_symbols_are_all_digits_has_short_ids_too() {
        let digits = (0..ShortId::MAX).fold(0u128, |bits, i| bits | ((i as u128 % 10) << (5 * i)));
        let all: Vec<_> = ShortId::candidates(TaskId(Uuid::from_u128(digits))).collect();
        let texts: Vec<&str> = all.iter().map(ShortId::as_str).collect();
        assert_eq!((texts[0], texts.len()), ("a12345", 7));
        assert_eq!(texts[6], "a12345678901");
    }
}

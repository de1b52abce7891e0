//! Files that runs leave behind.

use serde::{Deserialize, Serialize};

/// A file that a run left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Where it was, from the folder in which the run worked.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// What became of its content.
    pub kept: Kept,
}

/// What became of an artifact's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Kept {
    /// There is a copy of it.
    Copy {
        /// SHA-256 of its content, in hexadecimal digits: by this the copy is found.
        sha256: String,
    },
    /// It was left out.
    LeftOut {
        /// Why.
        why: LeftOut,
    },
}

/// Why there is no copy of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// It is larger than a file may be.
    TooLarge,
    /// The run has as many files as it may keep.
    TooMany,
    /// With it, the run would keep more bytes than it may.
    TooMuch,
    /// It could not be read.
    Unreadable,
    /// There was no room for the copy, or it could not be written.
    NoRoom,
    /// It holds a key of the keychain.
    HoldsAKey,
}

impl Artifact {
    /// The content's SHA-256, if there is a copy.
    #[must_use]
    pub fn sha256(&self) -> Option<&str> {
        match &self.kept {
            Kept::Copy { sha256 } => Some(sha256),
            Kept::LeftOut { .. } => None,
        }
    }
}

impl LeftOut {
    /// Why, for people.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "too large",
            Self::TooMany => "too many files",
            Self::TooMuch => "too much in all",
            Self::Unreadable => "could not be read",
            Self::NoRoom => "could not be stored",
            Self::HoldsAKey => "holds a key",
        }
    }
}

//! NORMAL or FULL.

use aegis_store::{Durability, StoreOptions};

/// How safe a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Synchronous {
    /// `synchronous=NORMAL`.
    Normal,
    /// `synchronous=FULL`.
    Full,
}

impl Synchronous {
    /// As in the pragma.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Full => "FULL",
        }
    }

    /// As the peers' programs take it.
    pub const fn argument(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Full => "full",
        }
    }

    /// For our own store.
    pub const fn options(self) -> StoreOptions {
        match self {
            Self::Normal => StoreOptions::with(Durability::Normal),
            Self::Full => StoreOptions::with(Durability::Full),
        }
    }
}

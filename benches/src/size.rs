//! How much is measured.

use std::time::Duration;

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// The figures of docs/promises.md: some 25 minutes, ten of them idle.
    Full,
    /// A minute or so in all: to see which way a change goes.
    Quick,
    /// Seconds: whether everything still works. The figures mean nothing.
    Tiny,
}

impl Size {
    /// Of three amounts, the one of this size.
    pub const fn pick<T: Copy>(self, full: T, quick: T, tiny: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
            Self::Tiny => tiny,
        }
    }

    /// Rounds, in each of which everything that is compared takes its turn.
    pub const fn rounds(self) -> u32 {
        self.pick(5, 2, 1)
    }

    /// How long a throughput is measured in one round.
    pub const fn turn(self) -> Duration {
        Duration::from_millis(self.pick(2000, 300, 100))
    }
}

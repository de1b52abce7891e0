//! What a pure function may know of the world outside.

use crate::Terms;
use chrono::{DateTime, SubsecRound, Utc};
use std::sync::Arc;
use uuid::{Builder, Uuid};

/// An instant in UTC. Aegis keeps milliseconds: finer digits are dropped on the way in.
pub type Timestamp = DateTime<Utc>;

/// The moment, a source of numbers, and what the user has said, for one application of a command.
///
/// The caller fills it; two equal contexts give two equal decisions.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The wall clock, in whole milliseconds.
    pub now: Timestamp,
    /// Where jitter and new ids come from.
    pub entropy: Entropy,
    /// What the user has said; nothing until somebody fills it in.
    pub terms: Arc<Terms>,
}

impl Ctx {
    /// A context for `now`, whose draws all follow from `seed`.
    #[must_use]
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self { now: now.trunc_subsecs(3), entropy: Entropy::new(seed), terms: Arc::default() }
    }

    /// The same with what the user has said.
    #[must_use]
    pub fn with(self, terms: Arc<Terms>) -> Self {
        Self { terms, ..self }
    }

    /// A fresh UUIDv7 (RFC 9562) at this context's moment.
    pub fn uuid(&mut self) -> Uuid {
        let millis = u64::try_from(self.now.timestamp_millis()).unwrap_or(0);
        let mut random = [0u8; 10];
        random[..8].copy_from_slice(&self.entropy.next().to_le_bytes());
        random[8..].copy_from_slice(&self.entropy.next().to_le_bytes()[..2]);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// A deterministic stream of numbers: SplitMix64 (Steele, Lea, Flood 2014).
///
/// Good enough to spread retries and to tell ids apart; never used for secrets.
#[derive(Debug, Clone)]
pub struct Entropy(u64);

impl Entropy {
    /// The stream that follows from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    // Not `Iterator::next`: the stream has no end, so an `Option` would only be in the way.
    #[allow(clippy::should_implement_trait)]
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..=max`.
    pub const fn up_to(&mut self, max: u64) -> u64 {
        if max == u64::MAX { self.next() } else { self.next() % (max + 1) }
    }
}

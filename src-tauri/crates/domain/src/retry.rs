//! How long to wait before another try.

use crate::Entropy;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The upper end of a task's first wait when it names none, seconds.
pub const BACKOFF_BASE: u32 = 2;
/// No wait is longer when a task names no other end, seconds.
pub const BACKOFF_MAX: u32 = 15 * 60;

/// How a task's waits grow: exponentially, with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backoff {
    /// The first wait's upper end, seconds; each further one is twice as long.
    #[serde(default = "base")]
    pub base_secs: u32,
    /// No wait is longer, seconds.
    #[serde(default = "max")]
    pub max_secs: u32,
}

const fn base() -> u32 {
    BACKOFF_BASE
}

const fn max() -> u32 {
    BACKOFF_MAX
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base_secs: BACKOFF_BASE, max_secs: BACKOFF_MAX }
    }
}

impl Backoff {
    /// The wait before retry number `retry` (from 1).
    ///
    /// Full jitter — a draw from the whole of `0..=min(max, base × 2ⁿ⁻¹)` — spreads competing
    /// retries best (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    #[must_use]
    pub fn wait(self, retry: u32, entropy: &mut Entropy) -> Duration {
        let doublings = retry.saturating_sub(1).min(31);
        let ceiling = u64::from(self.base_secs) << doublings;
        Duration::from_millis(entropy.up_to(ceiling.min(self.max_secs.into()) * 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_are_capped_and_are_spread() {
        let mut entropy = Entropy::new(1);
        for (base_secs, max_secs) in [(BACKOFF_BASE, BACKOFF_MAX), (60, 3600), (5, 5)] {
            let backoff = Backoff { base_secs, max_secs };
            for retry in 1..60 {
                let ceiling = u64::from(base_secs) << (retry - 1).min(31);
                let ceiling = Duration::from_secs(ceiling.min(max_secs.into()));
                let waits: Vec<_> = (0..200).map(|_| backoff.wait(retry, &mut entropy)).collect();
                assert!(waits.iter().all(|w| *w <= ceiling));
                assert!(waits.iter().any(|w| *w < ceiling / 4), "retry {retry} is not spread");
                assert!(waits.iter().any(|w| *w > ceiling / 2), "retry {retry} is not spread");
            }
        }
    }
}

//! How long to wait before another try.

use crate::Entropy;
use std::time::Duration;

/// The first wait's upper end.
pub const BACKOFF_BASE: Duration = Duration::from_secs(2);
/// No wait is longer.
pub const BACKOFF_CAP: Duration = Duration::from_secs(15 * 60);

/// The wait before retry number `retry` (from 1): exponential, with full jitter.
///
/// Full jitter — a draw from the whole of `0..=min(cap, base × 2ⁿ⁻¹)` — spreads competing retries
/// best (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
pub fn backoff(retry: u32, entropy: &mut Entropy) -> Duration {
    let doublings = retry.saturating_sub(1).min(31);
    let ceiling = BACKOFF_BASE.saturating_mul(1 << doublings).min(BACKOFF_CAP);
    let millis = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(entropy.up_to(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_are_capped_and_are_spread() {
        let mut entropy = Entropy::new(1);
        for retry in 1..60 {
            let ceiling = BACKOFF_BASE.saturating_mul(1 << (retry - 1).min(31)).min(BACKOFF_CAP);
            let waits: Vec<_> = (0..200).map(|_| backoff(retry, &mut entropy)).collect();
            assert!(waits.iter().all(|w| *w <= ceiling));
            assert!(waits.iter().any(|w| *w < ceiling / 4), "retry {retry} is not spread");
            assert!(waits.iter().any(|w| *w > ceiling / 2), "retry {retry} is not spread");
        }
    }
}

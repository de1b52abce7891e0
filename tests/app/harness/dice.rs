//! Chance that can be repeated, and how much of a promise is to be shown.

/// A stream of numbers that a seed decides (SplitMix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// So many with `AEGIS_PROMISES=full`, else the sample.
pub(crate) fn cases(full: u64, sample: u64) -> u64 {
    let is_full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    if is_full { full } else { sample }
}

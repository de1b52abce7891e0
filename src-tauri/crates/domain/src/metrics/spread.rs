//! How values are spread: how many, how much in all, and what most of them stay below.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Buckets of each power of two: a percentile is off by at most an eighth of it.
const STEPS: u32 = 3;

/// Many values, in little room: counts of buckets that get wider with the value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// Their sum.
    pub total: u64,
    /// The largest.
    pub max: u64,
    /// How many fell into each bucket.
    buckets: BTreeMap<u16, u64>,
}

impl Spread {
    /// Takes a value in.
    pub fn add(&mut self, value: u64) {
        self.count += 1;
        self.total = self.total.saturating_add(value);
        self.max = self.max.max(value);
        *self.buckets.entry(bucket(value)).or_default() += 1;
    }

    /// Takes other values in.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.total = self.total.saturating_add(other.total);
        self.max = self.max.max(other.max);
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    /// The mean; `None` of no values.
    #[must_use]
    pub const fn mean(&self) -> Option<u64> {
        self.total.checked_div(self.count)
    }

    /// What so many percent of the values do not exceed, up to the width of a bucket; `None` of no
    /// values.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut below = 0;
        for (bucket, count) in &self.buckets {
            below += count;
            if below >= rank {
                return Some(upper(*bucket).min(self.max));
            }
        }
        None
    }
}

fn bucket(value: u64) -> u16 {
    let width = 64 - value.leading_zeros();
    if width <= STEPS {
        return u16::try_from(value).unwrap_or(u16::MAX);
    }
    let power = width - 1 - STEPS;
    let step = (value >> power) - (1 << STEPS);
    u16::try_from(u64::from(power + 1) * (1 << STEPS) + step).unwrap_or(u16::MAX)
}

/// The largest value of a bucket.
fn upper(bucket: u16) -> u64 {
    let (row, step) = (u32::from(bucket) >> STEPS, u64::from(bucket) & ((1 << STEPS) - 1));
    match row.checked_sub(1) {
        None => step,
        Some(power) => {
            let first = ((1 << STEPS) + step).checked_shl(power).unwrap_or(u64::MAX);
            first.saturating_add((1_u64 << power.min(63)) - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_values_are_exact_and_large_ones_nearly() {
        let mut spread = Spread::default();
        (1..=100).for_each(|value| spread.add(value));
        assert_eq!((spread.count, spread.mean(), spread.max), (100, Some(50), 100));
        assert_eq!(spread.percentile(1), Some(1));
        assert_eq!(spread.percentile(100), Some(100));
        let half = spread.percentile(50).unwrap();
        assert!((50..=56).contains(&half), "{half}");
        assert_eq!(Spread::default().percentile(50), None);
    }

    proptest! {
        #[test]
        fn a_value_lies_in_its_bucket(value: u64) {
            let upper = upper(bucket(value));
            prop_assert!(upper >= value);
            prop_assert!(value < 8 || upper - value <= value / 8);
            prop_assert!(value == 0 || bucket(value) >= bucket(value - 1));
        }

        #[test]
        fn two_spreads_together_are_the_spread_of_all(
            a in prop::collection::vec(0u64..1 << 40, 0..50),
            b in prop::collection::vec(0u64..1 << 40, 0..50),
        ) {
            let of = |values: &[u64]| {
                let mut spread = Spread::default();
                values.iter().for_each(|value| spread.add(*value));
                spread
            };
            let mut merged = of(&a);
            merged.merge(&of(&b));
            prop_assert_eq!(merged, of(&[a, b].concat()));
        }
    }
}

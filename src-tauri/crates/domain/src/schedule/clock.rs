//! The times of a day at which something happens.

use super::TimeOfDay;
use chrono::Timelike;

/// Times of the day, in seconds since midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Times {
    /// These, in order.
    List(Vec<i64>),
    /// Every combination of the hours, minutes and seconds whose bits are set.
    Fields { hours: u64, minutes: u64, seconds: u64 },
}

impl Times {
    pub(super) fn list<'a>(times: impl IntoIterator<Item = &'a TimeOfDay>) -> Self {
        Self::List(times.into_iter().map(|time| seconds(*time)).collect())
    }

    /// The first from `second` on.
    pub(super) fn from(&self, second: i64) -> Option<i64> {
        match self {
            Self::List(times) => times.get(times.partition_point(|t| *t < second)).copied(),
            Self::Fields { hours, minutes, seconds } => {
                let [hour, minute, second] = split(second);
                if has(*hours, hour) {
                    if has(*minutes, minute)
                        && let Some(second) = at_least(*seconds, second)
                    {
                        return Some(join(hour, minute, second));
                    }
                    if let Some(minute) = at_least(*minutes, minute + 1) {
                        return Some(join(hour, minute, at_least(*seconds, 0)?));
                    }
                }
                let hour = at_least(*hours, hour + 1)?;
                Some(join(hour, at_least(*minutes, 0)?, at_least(*seconds, 0)?))
            }
        }
    }

    /// The last up to `second`.
    pub(super) fn up_to(&self, second: i64) -> Option<i64> {
        match self {
            Self::List(times) => {
                let later = times.partition_point(|t| *t <= second);
                later.checked_sub(1).and_then(|last| times.get(last)).copied()
            }
            Self::Fields { hours, minutes, seconds } => {
                let [hour, minute, second] = split(second);
                if has(*hours, hour) {
                    if has(*minutes, minute)
                        && let Some(second) = below(*seconds, second + 1)
                    {
                        return Some(join(hour, minute, second));
                    }
                    if let Some(minute) = below(*minutes, minute) {
                        return Some(join(hour, minute, below(*seconds, 60)?));
                    }
                }
                let hour = below(*hours, hour)?;
                Some(join(hour, below(*minutes, 60)?, below(*seconds, 60)?))
            }
        }
    }
}

/// A time of the day, in seconds since midnight.
pub(super) fn seconds(time: TimeOfDay) -> i64 {
    i64::from(time.get().num_seconds_from_midnight())
}

const fn split(second: i64) -> [i64; 3] {
    [second / 3600, second / 60 % 60, second % 60]
}

const fn join(hour: i64, minute: i64, second: i64) -> i64 {
    (hour * 60 + minute) * 60 + second
}

const fn has(set: u64, n: i64) -> bool {
    set >> n & 1 == 1
}

/// The least element from `n` (0 to 60) on.
fn at_least(set: u64, n: i64) -> Option<i64> {
    let rest = set >> n << n;
    (rest != 0).then(|| i64::from(rest.trailing_zeros()))
}

/// The greatest element below `n` (0 to 60).
fn below(set: u64, n: i64) -> Option<i64> {
    let rest = set & ((1 << n) - 1);
    (rest != 0).then(|| i64::from(63 - rest.leading_zeros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_find_the_same_times() {
        let fields =
            Times::Fields { hours: 1 << 7 | 1 << 23, minutes: 1 | 1 << 59, seconds: 1 << 59 };
        let list = Times::List(vec![25_259, 28_799, 82_859, 86_399]);
        for second in 0..86_400 {
            assert_eq!(fields.from(second), list.from(second), "from {second}");
            assert_eq!(fields.up_to(second), list.up_to(second), "up to {second}");
        }
    }
}

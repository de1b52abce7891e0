//! How far a run is, and when it will be done.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a run says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// 0 to 100.
    pub percent: Option<u8>,
    /// What it is at, in its own words.
    pub step: Option<String>,
    /// When it will be done: as it says, or else at the pace that it has had so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}

/// From where a run's pace is measured: a moment, and how far it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// The moment.
    pub since: Timestamp,
    /// How far it was, in percent.
    pub percent: u8,
}

impl Pace {
    /// When a run that is at `percent` at `now` will be done if it goes on as it did. `None` when
    /// it has not moved, when it is done, and when that would take more than a year.
    #[must_use]
    pub fn done_at(self, percent: u8, now: Timestamp) -> Option<Timestamp> {
        let moved = i64::from(percent.checked_sub(self.percent).filter(|moved| *moved > 0)?);
        let left = i64::from(100_u8.checked_sub(percent).filter(|left| *left > 0)?);
        let took = (now - self.since).num_milliseconds();
        let millis = took.checked_mul(left)? / moved;
        let year = chrono::TimeDelta::days(366).num_milliseconds();
        let left =
            (0..=year).contains(&millis).then_some(chrono::TimeDelta::milliseconds(millis))?;
        now.checked_add_signed(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn the_end_follows_from_the_pace_so_far() {
        let since = Timestamp::UNIX_EPOCH;
        let now = since + TimeDelta::seconds(60);
        let at = |seconds| Some(now + TimeDelta::seconds(seconds));
        let from = |percent| Pace { since, percent };
        assert_eq!(from(0).done_at(50, now), at(60));
        assert_eq!(from(0).done_at(75, now), at(20));
        // What was done before, by an attempt that it goes on from, took none of this time.
        assert_eq!(from(50).done_at(75, now), at(60));
        assert_eq!(from(0).done_at(0, now), None);
        assert_eq!(from(60).done_at(40, now), None);
        assert_eq!(from(0).done_at(100, now), None);
        // A clock that was put back says nothing.
        assert_eq!(from(0).done_at(50, since - TimeDelta::days(1)), None);
        let ages = since + TimeDelta::days(365 * 100);
        assert_eq!(from(0).done_at(1, ages), None);
    }
}

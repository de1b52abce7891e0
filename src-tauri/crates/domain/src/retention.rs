//! How long things are kept, and what an age is worth when the clock was set.

use crate::Timestamp;
use crate::machine::Refused;
use crate::{Task, TaskNumber};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// A task's newest ended occurrences that stay, however old they are.
pub const KEPT_OCCURRENCES: u32 = 20;
/// A task's newest runs whose logs no age removes.
pub const KEPT_LOGS: u32 = 3;
/// Messages that were sent stay this long: a message of the same key is not sent again meanwhile.
pub const SENT_DAYS: u32 = 7;
/// From one clean-up to the next one.
pub const BETWEEN: TimeDelta = TimeDelta::hours(24);
/// The most by which one clean-up gets older than the one before.
const STEP: TimeDelta = TimeDelta::days(7);
/// Most days that can be said: about a hundred years.
pub const MAX_DAYS: u32 = 36_500;
/// Most MiB that can be said: a tebibyte.
pub const MAX_MIB: u32 = 1024 * 1024;

/// How long things are kept, in days; 0 is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Logs of runs that have ended.
    pub logs_days: u32,
    /// MiB of all logs together: the oldest go first. 0 is without a limit.
    pub logs_mib: u32,
    /// Occurrences that have ended, with their runs.
    pub history_days: u32,
    /// Tasks that were deleted.
    pub deleted_days: u32,
    /// Keys of requests.
    pub keys_days: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self { logs_days: 90, logs_mib: 2048, history_days: 365, deleted_days: 30, keys_days: 7 }
    }
}

/// What is older than `days` at `as_of` goes; `None` when nothing does.
#[must_use]
pub fn cutoff(as_of: Timestamp, days: u32) -> Option<Timestamp> {
    (days > 0).then(|| as_of - TimeDelta::days(i64::from(days)))
}

/// The last clean-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// What the clock showed.
    pub at: Timestamp,
    /// The moment that ages were measured against.
    pub as_of: Timestamp,
}

/// The moment that ages are measured against.
///
/// A clock that was set forward by ten years makes everything ten years older at once, and looks
/// like a computer that was off for ten years. So an age is not believed across a jump: from one
/// clean-up to the next, a day later, this moment moves on by a week at most. Whoever puts the
/// clock right within days has lost next to nothing; whoever was away for a year catches up within
/// two months. `newest` is the newest thing that happened, for the first clean-up.
#[must_use]
pub fn as_of(now: Timestamp, last: Option<Swept>, newest: Option<Timestamp>) -> Timestamp {
    match last {
        // Twice within a day is not a step more: else many restarts would be a jump as well.
        Some(last) if last.at <= now && now < last.at + BETWEEN - TimeDelta::hours(1) => {
            last.as_of.min(now)
        }
        Some(last) => now.min(last.as_of + STEP),
        None => newest.map_or(now, |newest| now.min(newest + STEP)),
    }
}

/// Whether a deleted task may go for good, together with everything of it. `live`: something of it
/// has not ended. `named_by`: a task that is still there and waits for it or is a part of it.
///
/// # Errors
/// [`Refused`] when it may not.
pub fn may_purge(task: &Task, live: bool, named_by: Option<TaskNumber>) -> Result<(), Refused> {
    if task.deleted_at.is_none() {
        return Err(Refused::NotDeletedYet { number: task.number });
    }
    if live {
        return Err(Refused::StillEnding { number: task.number });
    }
    named_by.map_or(Ok(()), |by| Err(Refused::StillNamed { number: task.number, by }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn day(days: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::days(20_000 + days)
    }

    fn swept(at: i64, as_of: i64) -> Option<Swept> {
        Some(Swept { at: day(at), as_of: day(as_of) })
    }

    #[rstest]
    #[case::every_day(1, swept(0, 0), 1)]
    #[case::twice_a_day(0, swept(0, 0), 0)]
    #[case::off_for_a_week(7, swept(0, 0), 7)]
    #[case::off_for_a_year(365, swept(0, 0), 7)]
    #[case::and_the_day_after(366, swept(365, 7), 14)]
    #[case::ten_years_forward(3650, swept(0, 0), 7)]
    #[case::and_back_again(1, swept(3650, 7), 1)]
    #[case::back_by_a_year(-365, swept(0, 0), -365)]
    fn an_age_is_not_believed_across_a_jump(
        #[case] now: i64,
        #[case] last: Option<Swept>,
        #[case] expected: i64,
    ) {
        assert_eq!(as_of(day(now), last, None), day(expected));
    }

    #[test]
    fn the_first_look_goes_by_the_newest_thing_that_happened() {
        assert_eq!(as_of(day(9), None, None), day(9));
        assert_eq!(as_of(day(3650), None, Some(day(0))), day(7));
        assert_eq!(as_of(day(2), None, Some(day(0))), day(2));
    }

    #[test]
    fn many_restarts_are_no_jump() {
        let mut last = swept(0, 0);
        for hour in 0..100 {
            let now = day(3650) + TimeDelta::minutes(hour * 10);
            last = Some(Swept { at: now, as_of: as_of(now, last, None) });
        }
        assert_eq!(last.unwrap().as_of, day(7));
    }

    #[test]
    fn nothing_is_a_cutoff_for_ever() {
        assert_eq!(cutoff(day(0), 0), None);
        assert_eq!(cutoff(day(0), 3), Some(day(-3)));
    }
}

//! Elapsed time: every so many seconds.

use super::Window;
use super::clock::seconds;
use super::days::{Days, monday};
use super::dst::{Clocks, DAY};

/// Every so many milliseconds from an instant on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    /// At least 1.
    pub millis: i64,
    /// The first instant, in milliseconds since 1970.
    pub anchor: i64,
}

impl Interval {
    /// The first from `from` on, in milliseconds since 1970.
    pub(super) fn next(&self, from: i64) -> i64 {
        self.anchor + round_up((from - self.anchor).max(0), self.millis)
    }

    /// The last up to `to`.
    pub(super) fn previous(&self, to: i64) -> Option<i64> {
        let elapsed = to - self.anchor;
        (elapsed >= 0).then(|| self.anchor + elapsed / self.millis * self.millis)
    }
}

/// Every so many seconds within hours of some days, counted anew each day.
#[derive(Debug, Clone)]
pub(super) struct Windowed {
    secs: i64,
    days: Days,
    opens: i64,
    closes: i64,
}

impl Windowed {
    pub(super) fn new(secs: i64, window: &Window) -> Self {
        let anchor = monday(0);
        let days = window.days.iter().fold(0, |set, day| set | 1 << *day as u8);
        let days = if days == 0 { 0b111_1111 } else { days };
        Self {
            secs,
            days: Days::Weeks { days, every: 1, anchor },
            opens: seconds(window.from),
            closes: seconds(window.to),
        }
    }

    /// The first and the last instant of the window of a day; none when the calendar of the zone
    /// left the day out.
    fn window(&self, clocks: &mut Clocks, day: i64) -> Option<(i64, i64)> {
        let opens = clocks.fixed(day * DAY + self.opens)?;
        Some((opens, clocks.first_showing(day * DAY + self.closes).0))
    }

    /// The first from `from` on, but not after `last`, in seconds since 1970.
    pub(super) fn next(&self, clocks: &mut Clocks, from: i64, last: i64) -> Option<i64> {
        // The clocks may have been set back from a day that has begun.
        let mut day = self.days.from(clocks.reading(from).div_euclid(DAY) - 1)?;
        loop {
            if let Some((opens, closes)) = self.window(clocks, day) {
                let found = opens + round_up((from - opens).max(0), self.secs);
                if opens > last {
                    return None;
                }
                if found <= closes {
                    return (found <= last).then_some(found);
                }
            }
            day = self.days.from(day + 1)?;
        }
    }

    /// The last up to `to`, but not before `first`.
    pub(super) fn previous(&self, clocks: &mut Clocks, to: i64, first: i64) -> Option<i64> {
        let mut day = self.days.up_to(clocks.reading(to).div_euclid(DAY) + 1)?;
        loop {
            if let Some((opens, closes)) = self.window(clocks, day) {
                if closes < first {
                    return None;
                }
                let latest = to.min(closes);
                if opens <= latest {
                    let found = opens + (latest - opens) / self.secs * self.secs;
                    return (found >= first).then_some(found);
                }
            }
            day = self.days.up_to(day - 1)?;
        }
    }
}

/// `length`, which is not negative, rounded up to a whole number of steps.
const fn round_up(length: i64, step: i64) -> i64 {
    (length + step - 1) / step * step
}

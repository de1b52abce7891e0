//! The instants of a recurrence.

use super::clock::Times;
use super::cron::Cron;
use super::days::{Days, monday};
use super::dst::{Clocks, DAY, day_number};
use super::interval::{Interval, Windowed};
use super::month::Month;
use super::pattern::Pattern;
use super::{Recurrence, Rule};
use crate::{Invalid, Timestamp};
use chrono::{DateTime, SubsecRound};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// The years that are searched. The time-zone database begins with local mean time before 1900.
pub(super) const FIRST_YEAR: i32 = 1900;
pub(super) const LAST_YEAR: i32 = 2599;
/// 1900-01-01 and the last millisecond of 2599-12-31, in milliseconds since 1970.
const FIRST: i64 = -2_208_988_800_000;
const LAST: i64 = 19_880_899_199_999;

/// A [`Recurrence`], ready to be asked for its instants.
///
/// All of them honour the recurrence's first and last instant, its count and its exclusions. Its
/// instants are those of the years 1900 to 2599. A recurrence that was never checked, and so has no
/// `starts`, counts from the beginning of 1970.
#[derive(Debug, Clone)]
pub struct Calendar {
    rule: Source,
    clocks: Clocks,
    /// The first and the last instant that count, in milliseconds since 1970.
    first: i64,
    last: i64,
    /// Numbers of the first and the last day of each exclusion, in order and without overlaps.
    excluded: Vec<(i64, i64)>,
}

#[derive(Debug, Clone)]
enum Source {
    Interval(Interval),
    Windowed(Windowed),
    Pattern(Pattern),
}

impl Recurrence {
    /// Reads the rule and the zone, once for many questions.
    ///
    /// # Errors
    /// [`Invalid`] when there is no such zone, or the cron expression is none.
    pub fn compile(&self) -> Result<Calendar, Invalid> {
        let tz = self.zone.tz()?;
        let mut clocks = Clocks::new(tz);
        let starts = self.starts.unwrap_or(DateTime::UNIX_EPOCH);
        let mut calendar = Calendar {
            rule: source(&self.rule, starts, &mut clocks)?,
            clocks,
            first: self.starts.map_or(FIRST, |t| ceil(t).max(FIRST)),
            last: self.until.map_or(LAST, |t| t.timestamp_millis().min(LAST)),
            excluded: excluded(self),
        };
        if let Some(count) = self.count {
            calendar.first = calendar.first.max(ceil(starts));
            let nth = (count as usize).checked_sub(1);
            let last = nth.map(|nth| calendar.from(calendar.first).nth(nth));
            calendar.last = match last {
                Some(Some(last)) => last.timestamp_millis(),
                // It ends before so many happened.
                Some(None) => calendar.last,
                None => calendar.first - 1,
            };
        }
        Ok(calendar)
    }
}

fn source(rule: &Rule, starts: Timestamp, clocks: &mut Clocks) -> Result<Source, Invalid> {
    let day = clocks.reading(starts.timestamp().clamp(FIRST / 1000, LAST / 1000)).div_euclid(DAY);
    let fixed = |days, times: &BTreeSet<_>| {
        Source::Pattern(Pattern { days, times: Times::list(times), fixed: true })
    };
    let secs = |secs: u64| i64::try_from(secs).unwrap_or(i64::MAX / 2000).clamp(1, MAX_SECS);
    Ok(match rule {
        Rule::Every { secs: every, within: None } => {
            Source::Interval(Interval { millis: secs(*every) * 1000, anchor: ceil(starts) })
        }
        Rule::Every { secs: every, within: Some(window) } => {
            Source::Windowed(Windowed::new(secs(*every), window))
        }
        Rule::Hourly { minute } => Source::Pattern(Pattern {
            days: Days::Cycle { every: 1, anchor: 0 },
            times: Times::Fields {
                hours: (1 << 24) - 1,
                minutes: 1 << (*minute).min(59),
                seconds: 1,
            },
            fixed: false,
        }),
        Rule::Daily { times, every } => {
            fixed(Days::Cycle { every: at_least_one(*every), anchor: day }, times)
        }
        Rule::Weekly { days, times, every } => {
            let days = days.iter().fold(0, |set, day| set | 1 << *day as u8);
            fixed(Days::Weeks { days, every: at_least_one(*every), anchor: monday(day) }, times)
        }
        Rule::Monthly { days, times, every } => {
            let anchor = Month::of(day).map_or(0, |(month, _)| month.number());
            let days = days.iter().copied().collect();
            fixed(Days::Months { days, every: at_least_one(*every), anchor }, times)
        }
        Rule::Cron { expression } => Source::Pattern(Cron::parse(expression)?.pattern()),
    })
}

/// More seconds than any interval may have: it keeps what was never checked from overflowing.
const MAX_SECS: i64 = 1 << 40;

fn at_least_one(every: u32) -> i64 {
    i64::from(every.max(1))
}

/// The first whole millisecond from `t` on.
fn ceil(t: Timestamp) -> i64 {
    t.timestamp_millis() + i64::from(t != t.trunc_subsecs(3))
}

fn excluded(recurrence: &Recurrence) -> Vec<(i64, i64)> {
    let days = recurrence.exclude.iter();
    let mut ranges: Vec<(i64, i64)> =
        days.map(|r| (day_number(r.from), day_number(r.to.unwrap_or(r.from)))).collect();
    ranges.retain(|(from, to)| from <= to);
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let joined = next.0 <= kept.1 + 1;
        if joined {
            kept.1 = kept.1.max(next.1);
        }
        joined
    });
    ranges
}

impl Calendar {
    /// The first instant after `after`.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        self.between(after, Timestamp::MAX_UTC).next()
    }

    /// The last instant before `before`.
    #[must_use]
    pub fn previous(&self, before: Timestamp) -> Option<Timestamp> {
        let mut clocks = self.clocks;
        let clocks = &mut clocks;
        let mut to = (ceil(before) - 1).min(self.last);
        while to >= self.first {
            let found = self.last_up_to(clocks, to)?;
            match self.exclusion(clocks, found) {
                None => return DateTime::from_timestamp_millis(found),
                Some((day, _)) => {
                    to = (found - 1).min(clocks.last_before(day * DAY) * 1000 + 999);
                }
            }
        }
        None
    }

    /// The instants after `after`, up to and including `until`, in order.
    pub fn between(&self, after: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
        let from = after.timestamp_millis() + 1;
        let last = self.last.min(until.timestamp_millis());
        Instants { calendar: self, clocks: self.clocks, from: from.max(self.first), last }
    }

    fn from(&self, from: i64) -> impl Iterator<Item = Timestamp> {
        Instants { calendar: self, clocks: self.clocks, from, last: self.last }
    }

    fn first_from(&self, clocks: &mut Clocks, from: i64, last: i64) -> Option<i64> {
        let second = -(-from).div_euclid(1000);
        let last_second = last.div_euclid(1000);
        match &self.rule {
            Source::Interval(interval) => Some(interval.next(from)).filter(|t| *t <= last),
            Source::Windowed(windowed) => {
                windowed.next(clocks, second, last_second).map(|t| t * 1000)
            }
            Source::Pattern(pattern) => pattern.next(clocks, second, last_second).map(|t| t * 1000),
        }
    }

    fn last_up_to(&self, clocks: &mut Clocks, to: i64) -> Option<i64> {
        let second = to.div_euclid(1000);
        let first_second = -(-self.first).div_euclid(1000);
        match &self.rule {
            Source::Interval(interval) => interval.previous(to).filter(|t| *t >= self.first),
            Source::Windowed(windowed) => {
                windowed.previous(clocks, second, first_second).map(|t| t * 1000)
            }
            Source::Pattern(pattern) => {
                pattern.previous(clocks, second, first_second).map(|t| t * 1000)
            }
        }
    }

    /// The exclusion that `instant` falls into.
    fn exclusion(&self, clocks: &mut Clocks, instant: i64) -> Option<(i64, i64)> {
        if self.excluded.is_empty() {
            return None;
        }
        let day = clocks.reading(instant.div_euclid(1000)).div_euclid(DAY);
        let later = self.excluded.partition_point(|(from, _)| *from <= day);
        let range = self.excluded.get(later.checked_sub(1)?)?;
        (day <= range.1).then_some(*range)
    }

    /// The zone of the recurrence.
    pub(super) fn tz(&self) -> Tz {
        self.clocks.tz()
    }

    /// What the wall clock has to do with it, unless it is about elapsed time.
    pub(super) fn pattern(&self) -> Option<(&Pattern, Clocks)> {
        match &self.rule {
            Source::Pattern(pattern) => Some((pattern, self.clocks)),
            Source::Interval(_) | Source::Windowed(_) => None,
        }
    }
}

/// The instants from one on, in order.
struct Instants<'a> {
    calendar: &'a Calendar,
    clocks: Clocks,
    from: i64,
    last: i64,
}

impl Iterator for Instants<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        while self.from <= self.last {
            let found = self.calendar.first_from(&mut self.clocks, self.from, self.last);
            let Some(found) = found else {
                self.from = i64::MAX;
                return None;
            };
            match self.calendar.exclusion(&mut self.clocks, found) {
                None => {
                    self.from = found + 1;
                    return DateTime::from_timestamp_millis(found);
                }
                Some((_, day)) => {
                    let (open, _) = self.clocks.first_showing((day + 1) * DAY);
                    self.from = (found + 1).max(open * 1000);
                }
            }
        }
        None
    }
}

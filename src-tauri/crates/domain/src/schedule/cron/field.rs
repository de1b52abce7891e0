//! The numbers of one field.

use super::error::{CronError, shown};

/// A field of a cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // They are what they are called.
pub enum Field {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Field {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day-of-month",
            Self::Month => "month",
            Self::DayOfWeek => "day-of-week",
        }
    }

    /// The least and the greatest number. Sunday is 0 and 7.
    pub(super) const fn bounds(self) -> (u32, u32) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 7),
        }
    }

    /// After how many steps of one it comes round again.
    pub(super) const fn span(self) -> u32 {
        match self {
            Self::DayOfWeek => 7,
            _ => {
                let (first, last) = self.bounds();
                last - first + 1
            }
        }
    }

    /// What may stand in it: one sentence.
    pub(super) const fn allowed(self) -> &'static str {
        match self {
            Self::Second => {
                "A second is 0 to 59, *, a range (10-20), a step (*/15) or a list (0,30)."
            }
            Self::Minute => {
                "A minute is 0 to 59, *, a range (10-20), a step (*/15) or a list (0,30)."
            }
            Self::Hour => "An hour is 0 to 23, *, a range (9-17), a step (*/2) or a list (8,20).",
            Self::DayOfMonth => {
                "A day of the month is 1 to 31, *, ?, a range (1-7), a step (*/2), L (the last), L-3, \
                 15W (the nearest workday), LW (the last workday) or a list of these."
            }
            Self::Month => {
                "A month is 1 to 12, jan to dec, *, a range (mar-oct), a step (*/3) or a list (1,7)."
            }
            Self::DayOfWeek => {
                "A day of the week is 0 to 7 (0 and 7 are Sunday), sun to sat, *, ?, a range \
                 (mon-fri), mon#1 (the first Monday), friL (the last Friday) or a list of these."
            }
        }
    }

    /// The number that `text` stands for.
    pub(super) fn number(self, text: &str) -> Option<u32> {
        let position = |names: &[&str]| names.iter().position(|n| *n == text);
        let named = match self {
            Self::Month => position(&MONTHS).map(|n| n + 1),
            Self::DayOfWeek => position(&WEEKDAYS),
            _ => None,
        };
        let (first, last) = self.bounds();
        let digits = || text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
        named
            .and_then(|n| u32::try_from(n).ok())
            .or_else(digits)
            .filter(|n| (first..=last).contains(n))
    }

    /// The numbers that one item of the field's list stands for, by bits; `item` is lower case.
    pub(super) fn item(self, item: &str) -> Result<u64, CronError> {
        let wrong = || CronError::Value { field: self, text: shown(item) };
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step, item)?)),
            None => (item, None),
        };
        let (first, last) = self.bounds();
        let (from, to) = if range == "*" || (range == "?" && step.is_none() && self.takes_any()) {
            (first, last)
        } else if let Some((from, to)) = range.split_once('-') {
            let (from, to) = self.number(from).zip(self.number(to)).ok_or_else(wrong)?;
            // What ends before it begins goes on past the end: 22-2, fri-mon.
            (from, if from <= to { to } else { to + self.span() })
        } else {
            let from = self.number(range).ok_or_else(wrong)?;
            (from, if step.is_some() { last } else { from })
        };
        let numbers = (from..=to).step_by(step.unwrap_or(1));
        Ok(numbers.fold(0, |set, n| set | 1 << ((n - first) % self.span() + first)))
    }

    const fn takes_any(self) -> bool {
        matches!(self, Self::DayOfMonth | Self::DayOfWeek)
    }

    fn step(self, step: &str, item: &str) -> Result<usize, CronError> {
        let digits = !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(CronError::Value { field: self, text: shown(item) });
        }
        let number = step.parse().ok().filter(|n| (1..=self.span()).contains(n));
        number
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| CronError::Step { field: self, text: shown(item) })
    }
}

//! The days on which something happens.

use super::calendar::{FIRST_YEAR, LAST_YEAR};
use super::month::{DaysOfMonth, Month};

/// A choice among all days.
#[derive(Debug, Clone)]
pub(super) enum Days {
    /// Every `every`th day, counted from day number `anchor`.
    Cycle { every: i64, anchor: i64 },
    /// Days of the week (bit 0 is Monday) in every `every`th week, counted from the Monday with
    /// day number `anchor`.
    Weeks { days: u8, every: i64, anchor: i64 },
    /// Days of every `every`th month, counted from month number `anchor`.
    Months { days: DaysOfMonth, every: i64, anchor: i64 },
    /// What the three day fields of a cron expression say together.
    Cron(CronDays),
}

/// The day fields of a cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CronDays {
    /// Bit 1 is January.
    pub months: u16,
    pub of_month: DaysOfMonth,
    pub of_week: DaysOfMonth,
    /// Whether both must say so; else one is enough.
    pub both: bool,
}

impl CronDays {
    /// The days in `month`: bit 1 is the first.
    pub(super) fn in_month(&self, month: &Month) -> u32 {
        if self.months >> month.month & 1 == 0 {
            return 0;
        }
        let (of_month, of_week) = (self.of_month.in_month(month), self.of_week.in_month(month));
        if self.both { of_month & of_week } else { of_month | of_week }
    }
}

impl Days {
    /// Those in `month`: bit 1 is the first.
    fn in_month(&self, month: &Month) -> u32 {
        match self {
            Self::Cycle { every: 1, .. } => month.all(),
            Self::Cycle { every, anchor } => {
                month.choose(|day| (day - anchor).rem_euclid(*every) == 0)
            }
            Self::Weeks { days, every: 1, .. } => month.on_weekdays(*days),
            Self::Weeks { days, every, anchor } => {
                let counted =
                    month.choose(|day| (day - anchor).div_euclid(7).rem_euclid(*every) == 0);
                month.on_weekdays(*days) & counted
            }
            Self::Months { days, every, anchor } => {
                let counted = (month.number() - anchor).rem_euclid(*every) == 0;
                if counted { days.in_month(month) } else { 0 }
            }
            Self::Cron(days) => days.in_month(month),
        }
    }

    /// Whether the day with number `day` is among them.
    pub(super) fn contains(&self, day: i64) -> bool {
        Month::of(day).is_some_and(|(month, date)| self.in_month(&month) >> date & 1 == 1)
    }

    /// The first from the day with number `day` on.
    pub(super) fn from(&self, day: i64) -> Option<i64> {
        let (mut month, date) = Month::of(day)?;
        let mut set = self.in_month(&month) >> date << date;
        while set == 0 {
            month = month.next();
            if month.year > LAST_YEAR {
                return None;
            }
            set = self.in_month(&month);
        }
        Some(month.day(set.trailing_zeros()))
    }

    /// The last up to the day with number `day`.
    pub(super) fn up_to(&self, day: i64) -> Option<i64> {
        let (mut month, date) = Month::of(day)?;
        let mut set = self.in_month(&month) & (u32::MAX >> (31 - date));
        while set == 0 {
            month = month.previous();
            if month.year < FIRST_YEAR {
                return None;
            }
            set = self.in_month(&month);
        }
        Some(month.day(31 - set.leading_zeros()))
    }
}

/// The number of the Monday of the week of the day with number `day`.
pub(super) fn monday(day: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    day - (day + 3).rem_euclid(7)
}

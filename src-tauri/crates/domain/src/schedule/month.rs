//! One month, and days of it.

use super::{MonthDay, Weekday};
use chrono::{Datelike, NaiveDate};

/// Days 1, 8, 15, 22 and 29, by bits.
const SEVENTHS: u64 = 1 << 1 | 1 << 8 | 1 << 15 | 1 << 22 | 1 << 29;
/// Monday to Friday, by bits.
const WORKDAYS: u8 = 0b1_1111;

/// A month of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Month {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// The number of its first day, counted from 1970-01-01.
    first: i64,
    /// How many days it has.
    length: u32,
    /// The day of the week of its first day; 0 is Monday.
    weekday: u32,
}

impl Month {
    /// The month with the day of this number, and which of its days that is.
    pub(super) fn of(day: i64) -> Option<(Self, u32)> {
        let date = NaiveDate::from_epoch_days(i32::try_from(day).ok()?)?;
        let first = day - i64::from(date.day0());
        Some((Self::starting(date.year(), date.month(), first), date.day()))
    }

    fn starting(year: i32, month: u32, first: i64) -> Self {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        // 1970-01-01 was a Thursday. The remainder is 0 to 6.
        let weekday = u32::try_from((first + 3).rem_euclid(7)).unwrap_or(0);
        Self { year, month, first, length, weekday }
    }

    pub(super) fn next(&self) -> Self {
        let (year, month) =
            if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        Self::starting(year, month, self.first + i64::from(self.length))
    }

    pub(super) fn previous(&self) -> Self {
        let (year, month) =
            if self.month == 1 { (self.year - 1, 12) } else { (self.year, self.month - 1) };
        let length = i64::from(Self::starting(year, month, 0).length);
        Self::starting(year, month, self.first - length)
    }

    /// Months since the year 0.
    pub(super) fn number(&self) -> i64 {
        i64::from(self.year) * 12 + i64::from(self.month) - 1
    }

    /// The number of its `date`th day.
    pub(super) fn day(&self, date: u32) -> i64 {
        self.first + i64::from(date) - 1
    }

    /// All days, by bits: bit 1 is the first.
    pub(super) fn all(&self) -> u32 {
        u32::MAX >> (31 - self.length) & !1
    }

    /// The days whose number `wanted` accepts.
    pub(super) fn choose(&self, wanted: impl Fn(i64) -> bool) -> u32 {
        (1..=self.length)
            .filter(|date| wanted(self.day(*date)))
            .fold(0, |set, date| set | 1 << date)
    }

    /// The first day of the month that is such a day of the week (0 is Monday).
    fn first_on(&self, weekday: u32) -> u32 {
        (weekday + 7 - self.weekday) % 7 + 1
    }

    /// The days that are such days of the week; bit 0 of `weekdays` is Monday.
    pub(super) fn on_weekdays(&self, weekdays: u8) -> u32 {
        let sevenths = (0..7).filter(|w| weekdays >> w & 1 == 1).map(|w| self.first_on(w) - 1);
        let days = sevenths.fold(0, |set, shift| set | SEVENTHS << shift);
        u32::try_from(days & u64::from(self.all())).unwrap_or(0)
    }

    /// The workday nearest to `date`, within the month.
    fn nearest_workday(&self, date: u32) -> u32 {
        match (self.weekday + date - 1) % 7 {
            5 if date == 1 => 3,
            5 => date - 1,
            6 if date == self.length => date - 2,
            6 => date + 1,
            _ => date,
        }
    }
}

/// A choice among the days of every month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DaysOfMonth {
    /// Days by date: bit 1 is the first.
    dates: u32,
    /// Days by their distance from the last: bit 0 is the last.
    from_last: u32,
    /// Days by day of the week: bit 0 is Monday.
    weekdays: u8,
    /// Those that have to be worked out.
    special: Vec<MonthDay>,
}

impl DaysOfMonth {
    pub(super) fn add(&mut self, day: MonthDay) {
        match day {
            MonthDay::Day(date) => self.dates |= bit(date),
            MonthDay::Last(before) => self.from_last |= bit(before),
            MonthDay::NearestWorkday(_)
            | MonthDay::LastWorkday
            | MonthDay::Nth(..)
            | MonthDay::LastWeekday(_) => self.special.push(day),
        }
    }

    pub(super) fn add_weekday(&mut self, day: Weekday) {
        self.weekdays |= 1 << day as u8;
    }

    /// Those in `month`: bit 1 is the first.
    pub(super) fn in_month(&self, month: &Month) -> u32 {
        let mut set = self.dates;
        if self.from_last != 0 {
            set |= self.from_last.reverse_bits() >> (31 - month.length);
        }
        if self.weekdays != 0 {
            set |= month.on_weekdays(self.weekdays);
        }
        for day in &self.special {
            set |= match *day {
                MonthDay::NearestWorkday(date) if (1..=month.length).contains(&date.into()) => {
                    1 << month.nearest_workday(date.into())
                }
                MonthDay::LastWorkday => last(month.on_weekdays(WORKDAYS)),
                MonthDay::Nth(weekday, nth @ 1..=5) => {
                    let date = month.first_on(weekday as u32) + 7 * (u32::from(nth) - 1);
                    if date <= month.length { 1 << date } else { 0 }
                }
                MonthDay::LastWeekday(weekday) => last(month.on_weekdays(1 << weekday as u8)),
                _ => 0,
            };
        }
        set & month.all()
    }
}

fn bit(n: u8) -> u32 {
    1u32.checked_shl(n.into()).unwrap_or(0)
}

/// The greatest element alone.
fn last(set: u32) -> u32 {
    if set == 0 { 0 } else { 1 << (31 - set.leading_zeros()) }
}

impl FromIterator<MonthDay> for DaysOfMonth {
    fn from_iter<I: IntoIterator<Item = MonthDay>>(days: I) -> Self {
        let mut chosen = Self::default();
        for day in days {
            chosen.add(day);
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("31", 2026, 2, &[])]
    #[case("29", 2028, 2, &[29])]
    #[case("29", 2100, 2, &[])]
    #[case("L", 2028, 2, &[29])]
    #[case("L", 2026, 12, &[31])]
    #[case("L-3", 2026, 2, &[25])]
    #[case("L-30", 2026, 2, &[])]
    #[case("L-30", 2026, 1, &[1])]
    #[case("15W", 2026, 8, &[14])] // a Saturday
    #[case("15W", 2026, 11, &[16])] // a Sunday
    #[case("15W", 2026, 12, &[15])]
    #[case("1W", 2026, 8, &[3])] // Saturday the 1st: not back into July
    #[case("31W", 2026, 5, &[29])] // Sunday the 31st: not on into June
    #[case("31W", 2026, 6, &[])]
    #[case("LW", 2026, 5, &[29])]
    #[case("LW", 2026, 2, &[27])]
    #[case("mon#1", 2026, 6, &[1])]
    #[case("sun#5", 2026, 5, &[31])]
    #[case("sun#5", 2026, 6, &[])]
    #[case("friL", 2026, 5, &[29])]
    #[case("thuL", 2026, 12, &[31])]
    fn a_day_is_found(
        #[case] day: &str,
        #[case] year: i32,
        #[case] of: u32,
        #[case] dates: &[u32],
    ) {
        let first = NaiveDate::from_ymd_opt(year, of, 1).unwrap().to_epoch_days();
        let (month, _) = Month::of(first.into()).unwrap();
        let days: DaysOfMonth = [day.parse::<MonthDay>().unwrap()].into_iter().collect();
        let set = days.in_month(&month);
        let found: Vec<u32> = (0..32).filter(|date| set >> date & 1 == 1).collect();
        assert_eq!(found, dates);
    }

    #[test]
    fn months_follow_one_another_as_chrono_has_them() {
        let mut month = Month::of(-25_567).unwrap().0; // 1900-01-01
        for _ in 0..12 * 700 {
            let next = month.next();
            assert_eq!(next.previous(), month);
            assert_eq!(Month::of(next.first), Some((next, 1)));
            assert_eq!(next.day(1) - month.day(month.length), 1);
            let date = NaiveDate::from_ymd_opt(month.year, month.month, 1).unwrap();
            assert_eq!(month.weekday, date.weekday().num_days_from_monday());
            month = next;
        }
    }
}

//! Days and times of the day, as schedules name them.

use chrono::{NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of the week. The week begins on Monday (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // They are what they are called.
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// Every day, from Monday on.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The stable name: `mon`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        Self::ALL[day.num_days_from_monday() as usize % 7]
    }
}

/// A time of the day, to the second: `07:00` or `07:00:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(NaiveTime);

/// A text that is no time of the day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a time of the day. Write it as 07:00 or 18:30:15")]
pub struct TimeOfDayError(String);

impl TimeOfDay {
    /// Midnight, the first moment of a day.
    pub const MIDNIGHT: Self = Self(NaiveTime::MIN);

    /// An hour from 0 to 23 and a minute from 0 to 59.
    #[must_use]
    pub fn hm(hour: u32, minute: u32) -> Option<Self> {
        NaiveTime::from_hms_opt(hour, minute, 0).map(Self)
    }

    /// The time, in whole seconds.
    #[must_use]
    pub fn new(time: NaiveTime) -> Self {
        Self(time.with_nanosecond(0).unwrap_or(time))
    }

    /// As chrono writes it.
    #[must_use]
    pub const fn get(self) -> NaiveTime {
        self.0
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let long = trimmed.bytes().filter(|b| *b == b':').count() == 2;
        let format = if long { "%H:%M:%S" } else { "%H:%M" };
        match NaiveTime::parse_from_str(trimmed, format) {
            // A leap second is no time that a clock here shows.
            Ok(time) if time.nanosecond() == 0 => Ok(Self(time)),
            _ => Err(TimeOfDayError(trimmed.chars().take(40).collect())),
        }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = TimeOfDayError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = if self.0.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
        write!(f, "{}", self.0.format(format))
    }
}

/// A day of a month, written as in a cron expression: `15`, `L` (the last), `L-3`, `15W` (the
/// workday nearest to the 15th), `LW` (the last workday), `mon#1` (the first Monday), `friL` (the
/// last Friday).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MonthDay {
    /// 1 to 31.
    Day(u8),
    /// The last day, or this many days (0 to 30) before it.
    Last(u8),
    /// The workday (Monday to Friday) nearest to this day, within the month.
    NearestWorkday(u8),
    /// The last workday.
    LastWorkday,
    /// The first to fifth such day of the week.
    Nth(Weekday, u8),
    /// The last such day of the week.
    LastWeekday(Weekday),
}

/// A text that is no day of a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a day of a month. Write 15, L (the last), 15W (the nearest workday), LW (the \
     last workday), mon#1 (the first Monday) or friL (the last Friday)"
)]
pub struct MonthDayError(String);

impl FromStr for MonthDay {
    type Err = MonthDayError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        parse_month_day(&lower).ok_or_else(|| MonthDayError(text.chars().take(40).collect()))
    }
}

fn parse_month_day(text: &str) -> Option<MonthDay> {
    let number = |text: &str, most: u8| -> Option<u8> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| digits && *n <= most)
    };
    let weekday = |text: &str| Weekday::ALL.into_iter().find(|d| d.name() == text);
    let from_one = |n: u8| (n >= 1).then_some(n);
    match text {
        "l" => return Some(MonthDay::Last(0)),
        "lw" => return Some(MonthDay::LastWorkday),
        _ => {}
    }
    if let Some(before) = text.strip_prefix("l-") {
        return number(before, 30).map(MonthDay::Last);
    }
    if let Some((day, nth)) = text.split_once('#') {
        return Some(MonthDay::Nth(weekday(day)?, number(nth, 5).and_then(from_one)?));
    }
    if let Some(day) = text.strip_suffix('w') {
        return number(day, 31).and_then(from_one).map(MonthDay::NearestWorkday);
    }
    if let Some(day) = text.strip_suffix('l') {
        return weekday(day).map(MonthDay::LastWeekday);
    }
    number(text, 31).and_then(from_one).map(MonthDay::Day)
}

impl TryFrom<String> for MonthDay {
    type Error = MonthDayError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Last(0) => f.write_str("L"),
            Self::Last(before) => write!(f, "L-{before}"),
            Self::NearestWorkday(day) => write!(f, "{day}W"),
            Self::LastWorkday => f.write_str("LW"),
            Self::Nth(day, nth) => write!(f, "{}#{nth}", day.name()),
            Self::LastWeekday(day) => write!(f, "{}L", day.name()),
        }
    }
}

/// A day, or days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateRange {
    /// The first day.
    pub from: NaiveDate,
    /// The last day; absent is `from` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl DateRange {
    /// Whether `date` is in it.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to.unwrap_or(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_month_is_written_as_it_was_read() {
        for text in ["1", "31", "L", "L-3", "15W", "LW", "mon#1", "sun#5", "friL"] {
            assert_eq!(text.parse::<MonthDay>().unwrap().to_string(), text);
        }
        for text in ["", "0", "32", "L-31", "W", "0W", "mon#0", "mon#6", "xL", "+5", "mon", "L5"] {
            assert!(text.parse::<MonthDay>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_of_the_day_is_written_as_it_was_read() {
        for text in ["00:00", "07:00", "23:59", "18:30:15"] {
            assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), text);
        }
        for text in ["", "24:00", "7", "07:60", "23:59:60", "7am"] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
    }
}

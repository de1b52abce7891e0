//! The two fields about days, with what only they can hold.

use super::Field;
use super::error::CronError;
use crate::schedule::month::DaysOfMonth;
use crate::schedule::{MonthDay, Weekday};

/// The days that a day-of-month field, in lower case, stands for.
pub(super) fn of_month(field: &str) -> Result<DaysOfMonth, CronError> {
    let mut days = DaysOfMonth::default();
    for item in field.split(',') {
        match item.parse() {
            Ok(day @ (MonthDay::Last(_) | MonthDay::NearestWorkday(_) | MonthDay::LastWorkday)) => {
                days.add(day);
            }
            _ => {
                let dates = Field::DayOfMonth.item(item)?;
                (1..=31).filter(|d| dates >> d & 1 == 1).for_each(|d| days.add(MonthDay::Day(d)));
            }
        }
    }
    Ok(days)
}

/// The days that a day-of-week field, in lower case, stands for.
pub(super) fn of_week(field: &str) -> Result<DaysOfMonth, CronError> {
    let mut days = DaysOfMonth::default();
    for item in field.split(',') {
        if let Some(day) = special(item) {
            days.add(day);
        } else {
            let set = Field::DayOfWeek.item(item)?;
            (0..7).filter(|n| set >> n & 1 == 1).filter_map(weekday).for_each(|d| {
                days.add_weekday(d);
            });
        }
    }
    Ok(days)
}

/// `mon#1` or `1#1`, `friL` or `5L`.
fn special(item: &str) -> Option<MonthDay> {
    let number = |day| Field::DayOfWeek.number(day).and_then(weekday);
    if let Some((day, nth)) = item.split_once('#') {
        let nth = ["1", "2", "3", "4", "5"].iter().zip(1..).find(|(text, _)| **text == nth)?.1;
        return Some(MonthDay::Nth(number(day)?, nth));
    }
    item.strip_suffix('l').and_then(number).map(MonthDay::LastWeekday)
}

/// The day of this number; Sunday is 0 and 7.
fn weekday(number: u32) -> Option<Weekday> {
    let from_monday = usize::try_from((number + 6) % 7).ok()?;
    Weekday::ALL.get(from_monday).copied()
}

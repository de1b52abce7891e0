//! Days and times as schedules name them: `07:00,19:00`, `mon-fri`, `1,L,mon#1`.
//!
//! The sentences do not repeat what was given: whoever asks does that, and makes it harmless first.

use aegis_domain::schedule::{DateRange, MonthDay, TimeOfDay, Weekday};
use chrono::NaiveDate;
use std::collections::BTreeSet;

const TIMES: &str = "write times of the day, such as 07:00 or 07:00,18:30";
const WEEKDAYS: &str = "write days of the week, such as mon, mon,wed,fri or mon-fri";
const MONTH_DAYS: &str = "write days of the month, such as 1,15, L (the last), 15W (the nearest \
                          workday), LW (the last workday), mon#1 (the first Monday) or friL (the \
                          last Friday)";
const BETWEEN: &str = "write two times of the day, such as 09:00..17:00";
const DATES: &str = "write a day or two, such as 2026-12-24 or 2026-12-24..2027-01-01";

/// Times of the day with commas between them.
///
/// # Errors
/// A sentence that says how to write them.
pub(crate) fn times(text: &str) -> Result<BTreeSet<TimeOfDay>, &'static str> {
    text.split(',').map(|time| time.parse().map_err(|_| TIMES)).collect()
}

/// Days of the week with commas between them; `fri-mon` is Friday to Monday.
///
/// # Errors
/// A sentence that says how to write them.
pub(crate) fn weekdays(text: &str) -> Result<BTreeSet<Weekday>, &'static str> {
    let mut days = BTreeSet::new();
    for item in text.split(',') {
        let (first, last) = item.split_once('-').unwrap_or((item, item));
        let (first, last) = (weekday(first)?, weekday(last)?);
        let from_first = Weekday::ALL.into_iter().cycle().skip_while(|day| *day != first);
        for day in from_first.take(Weekday::ALL.len()) {
            days.insert(day);
            if day == last {
                break;
            }
        }
    }
    Ok(days)
}

/// `mon`, `Mon` and `monday` are the same day.
fn weekday(text: &str) -> Result<Weekday, &'static str> {
    const WHOLE: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let text = text.trim().to_ascii_lowercase();
    let mut days = Weekday::ALL.into_iter().zip(WHOLE);
    days.find(|(day, whole)| text == day.name() || text == *whole)
        .map(|(day, _)| day)
        .ok_or(WEEKDAYS)
}

/// Days of the month with commas between them.
///
/// # Errors
/// A sentence that says how to write them.
pub(crate) fn month_days(text: &str) -> Result<BTreeSet<MonthDay>, &'static str> {
    text.split(',').map(|day| day.parse().map_err(|_| MONTH_DAYS)).collect()
}

/// Two times of the day. Which one is later is a rule, and not looked at here.
///
/// # Errors
/// A sentence that says how to write them.
pub(crate) fn between(text: &str) -> Result<(TimeOfDay, TimeOfDay), &'static str> {
    let (from, to) = text.split_once("..").ok_or(BETWEEN)?;
    Ok((from.parse().map_err(|_| BETWEEN)?, to.parse().map_err(|_| BETWEEN)?))
}

/// A day, or days from one to another.
///
/// # Errors
/// A sentence that says how to write them.
pub(crate) fn dates(text: &str) -> Result<DateRange, &'static str> {
    let date = |text: &str| NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| DATES);
    match text.split_once("..") {
        None => Ok(DateRange { from: date(text)?, to: None }),
        Some((from, to)) => Ok(DateRange { from: date(from)?, to: Some(date(to)?) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn shown<T: ToString>(all: impl IntoIterator<Item = T>) -> String {
        all.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn times_are_read_in_any_order() {
        assert_eq!(shown(times("19:00, 07:00,07:00").unwrap()), "07:00 19:00");
        assert_eq!(shown(times("06:30:15").unwrap()), "06:30:15");
        for text in ["", "7", "24:00", "07:00,", "7am", "07:60", "\u{1b}[2J"] {
            assert_eq!(times(text), Err(TIMES), "{text}");
        }
    }

    #[rstest]
    #[case("mon", "mon")]
    #[case("Mon,WED,friday", "mon wed fri")]
    #[case("mon-fri", "mon tue wed thu fri")]
    #[case("fri-mon", "mon fri sat sun")]
    #[case("sun-sat", "mon tue wed thu fri sat sun")]
    #[case("tue-tue", "tue")]
    #[case("sat, sun", "sat sun")]
    fn days_of_the_week(#[case] text: &str, #[case] days: &str) {
        assert_eq!(shown(weekdays(text).unwrap().into_iter().map(Weekday::name)), days);
    }

    #[test]
    fn what_is_no_day_of_the_week_is_refused() {
        for text in ["", "mo", "mon-", "-mon", "mon-fri-sun", "weekday", "1", "mon;tue"] {
            assert_eq!(weekdays(text), Err(WEEKDAYS), "{text}");
        }
    }

    #[test]
    fn days_of_the_month() {
        assert_eq!(shown(month_days("15,1,L,mon#1,friL").unwrap()), "1 15 L mon#1 friL");
        for text in ["", "0", "32", "mon#6", "first", "1,"] {
            assert_eq!(month_days(text), Err(MONTH_DAYS), "{text}");
        }
    }

    #[test]
    fn hours_of_a_day() {
        let (from, to) = between("09:00..17:30").unwrap();
        assert_eq!((from.to_string(), to.to_string()), ("09:00".into(), "17:30".into()));
        for text in ["", "09:00", "09:00-17:00", "..", "9..17"] {
            assert_eq!(between(text), Err(BETWEEN), "{text}");
        }
    }

    #[test]
    fn days_that_are_left_out() {
        let one = dates("2026-12-24").unwrap();
        assert_eq!((one.from.to_string(), one.to), ("2026-12-24".into(), None));
        let some = dates("2026-12-24..2027-01-01").unwrap();
        assert_eq!(some.to.unwrap().to_string(), "2027-01-01");
        for text in ["", "christmas", "2026-13-01", "2026-02-30", "2026-12-24..", "24.12.2026"] {
            assert_eq!(dates(text), Err(DATES), "{text}");
        }
    }
}

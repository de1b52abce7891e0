//! An instant as one says it from where one stands: relative when near, a time of day this week, a date beyond.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Weekday};

use super::Span;

/// How to say an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Within a second.
    Now,
    /// Less than a day ahead.
    In(Span),
    /// Less than a day ago.
    Ago(Span),
    /// Within six days, on the wall clock: weekday, hour, minute.
    Day(Weekday, u32, u32),
    /// Further away in the same year.
    Date(NaiveDate),
    /// In another year.
    Year(NaiveDate),
}

/// How to say `then` at `now`, both on the user's wall clock.
pub(crate) fn when(now: NaiveDateTime, then: NaiveDateTime) -> When {
    let ahead = then - now;
    let distance = ahead.abs();
    match () {
        () if distance < TimeDelta::seconds(1) => When::Now,
        () if distance < TimeDelta::days(1) && ahead > TimeDelta::zero() => {
            When::In(Span::new(ahead))
        }
        () if distance < TimeDelta::days(1) => When::Ago(Span::new(-ahead)),
        // Six days, since a weekday alone must name one day only.
        () if distance < TimeDelta::days(6) => {
            When::Day(then.weekday(), then.hour(), then.minute())
        }
        () if then.year() == now.year() => When::Date(then.date()),
        () => When::Year(then.date()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[rstest]
    #[case("2026-11-21T12:00:00.4", When::Now)]
    #[case("2026-11-21T21:00:00", When::In(Span::Hours(9, 0)))]
    #[case("2026-11-21T11:59:20", When::Ago(Span::Seconds(40)))]
    #[case("2026-11-22T12:00:00", When::Day(Weekday::Sun, 12, 0))]
    #[case("2026-11-16T16:05:00", When::Day(Weekday::Mon, 16, 5))]
    #[case("2026-11-27T12:00:00", When::Date(NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()))]
    #[case("2027-01-01T00:00:00", When::Year(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap()))]
    fn says(#[case] then: &str, #[case] expected: When) {
        assert_eq!(when(at("2026-11-21T12:00:00"), at(then)), expected);
    }
}

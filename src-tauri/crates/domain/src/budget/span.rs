//! When a period of the user's calendar begins and ends.

use super::Period;
use crate::Timestamp;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// The period that an instant lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub since: Timestamp,
    /// The first moment of the next one.
    pub until: Timestamp,
}

/// The day, week or month in `zone` that `now` lies in. Weeks begin on Monday.
#[must_use]
pub fn span_of(period: Period, now: Timestamp, zone: Tz) -> Span {
    let today = now.with_timezone(&zone).date_naive();
    // The calendar has no end that a clock can show; a date that cannot be stays where it is.
    let (first, next) = match period {
        Period::Day => (today, today.checked_add_days(Days::new(1))),
        Period::Week => {
            let into = u64::from(today.weekday().num_days_from_monday());
            let monday = today.checked_sub_days(Days::new(into)).unwrap_or(today);
            (monday, monday.checked_add_days(Days::new(7)))
        }
        Period::Month => {
            let first = today.with_day(1).unwrap_or(today);
            (first, first.checked_add_months(Months::new(1)))
        }
    };
    Span { since: begin_of(first, zone), until: begin_of(next.unwrap_or(first), zone) }
}

/// The first moment of a day: where clocks skip midnight, the moment just after.
fn begin_of(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=24 * 4)
        .find_map(|quarter| {
            zone.from_local_datetime(&(midnight + TimeDelta::minutes(15 * quarter))).earliest()
        })
        .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        Period::Day,
        "2026-11-26T22:30:00Z",
        "Europe/Berlin",
        "2026-11-25T23:00:00Z",
        "2026-11-26T23:00:00Z"
    )]
    #[case(
        Period::Day,
        "2026-11-26T23:00:00Z",
        "Europe/Berlin",
        "2026-11-26T23:00:00Z",
        "2026-11-27T23:00:00Z"
    )]
    // A zone whose midnight is on a quarter of an hour.
    #[case(
        Period::Day,
        "2026-11-26T18:14:59Z",
        "Asia/Kathmandu",
        "2026-11-25T18:15:00Z",
        "2026-11-26T18:15:00Z"
    )]
    // A day of 25 hours, and one of 23.
    #[case(
        Period::Day,
        "2026-10-25T12:00:00Z",
        "Europe/Berlin",
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z"
    )]
    #[case(
        Period::Day,
        "2026-03-29T12:00:00Z",
        "Europe/Berlin",
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z"
    )]
    // Clocks that skip midnight, and a day that never was.
    #[case(
        Period::Day,
        "2026-04-24T12:00:00Z",
        "Africa/Cairo",
        "2026-04-23T22:00:00Z",
        "2026-04-24T21:00:00Z"
    )]
    #[case(
        Period::Day,
        "2011-12-30T09:00:00Z",
        "Pacific/Apia",
        "2011-12-29T10:00:00Z",
        "2011-12-30T10:00:00Z"
    )]
    #[case(
        Period::Week,
        "2026-11-29T12:00:00Z",
        "UTC",
        "2026-11-23T00:00:00Z",
        "2026-11-30T00:00:00Z"
    )]
    #[case(
        Period::Week,
        "2026-11-30T00:00:00Z",
        "UTC",
        "2026-11-30T00:00:00Z",
        "2026-12-07T00:00:00Z"
    )]
    #[case(
        Period::Month,
        "2026-12-31T23:59:59Z",
        "UTC",
        "2026-12-01T00:00:00Z",
        "2027-01-01T00:00:00Z"
    )]
    #[case(
        Period::Month,
        "2028-02-29T00:00:00Z",
        "UTC",
        "2028-02-01T00:00:00Z",
        "2028-03-01T00:00:00Z"
    )]
    fn a_period_is_one_of_the_users_calendar(
        #[case] period: Period,
        #[case] now: &str,
        #[case] zone: Tz,
        #[case] since: &str,
        #[case] until: &str,
    ) {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let span = Span { since: at(since), until: at(until) };
        assert_eq!(span_of(period, at(now), zone), span);
        assert!(span.since <= at(now) && at(now) < span.until);
    }
}

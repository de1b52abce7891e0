//! Times in English.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use crate::format::{Span, StartDay, When};
use crate::messages::Time;

pub(super) const TIME: Time = Time { when, span, starts };

fn when(when: When) -> String {
    match when {
        When::Now => "now".to_owned(),
        When::In(span) => format!("in {}", coarse(span)),
        When::Ago(span) => format!("{} ago", coarse(span)),
        When::Day(weekday, hour, minute) => format!("{} {hour:02}:{minute:02}", day(weekday)),
        When::Date(date) => format!("{} {}", date.day(), month(date)),
        When::Year(date) => format!("{} {} {}", date.day(), month(date), date.year()),
    }
}

pub(super) fn span(span: Span) -> String {
    match span {
        Span::Milliseconds(milliseconds) => format!("{milliseconds} ms"),
        Span::Seconds(seconds) => format!("{seconds}s"),
        Span::Minutes(minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        Span::Hours(hours, minutes) => format!("{hours}h {minutes:02}m"),
        Span::Days(days, 0) => format!("{days}d"),
        Span::Days(days, hours) => format!("{days}d {hours}h"),
    }
}

/// One unit is enough for a distance: nobody needs "in 9h 59m".
fn coarse(span: Span) -> String {
    match span {
        Span::Milliseconds(_) => "1s".to_owned(),
        Span::Seconds(seconds) => format!("{seconds}s"),
        Span::Minutes(minutes, _) => format!("{minutes} min"),
        Span::Hours(hours, _) => format!("{hours}h"),
        Span::Days(days, _) => format!("{days}d"),
    }
}

/// `Mon 23 Nov 07:00, 19:00`.
fn starts(today: NaiveDate, starts: &StartDay) -> String {
    let date = starts.date;
    let day = match (date - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        _ if date.year() == today.year() => {
            format!("{} {} {}", day(date.weekday()), date.day(), month(date))
        }
        _ => format!("{} {} {}", date.day(), month(date), date.year()),
    };
    let times: Vec<String> = starts.times.iter().copied().map(time_of_day).collect();
    format!("{day} {}", times.join(", "))
}

/// Seconds only where there are some.
fn time_of_day(time: NaiveTime) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

const fn day(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Mon",
        Weekday::Tue => "Tue",
        Weekday::Wed => "Wed",
        Weekday::Thu => "Thu",
        Weekday::Fri => "Fri",
        Weekday::Sat => "Sat",
        Weekday::Sun => "Sun",
    }
}

fn month(date: NaiveDate) -> &'static str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[date.month0() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Span::Milliseconds(40), "40 ms")]
    #[case(Span::Seconds(38), "38s")]
    #[case(Span::Minutes(4, 12), "4m 12s")]
    #[case(Span::Hours(1, 4), "1h 04m")]
    #[case(Span::Days(2, 0), "2d")]
    #[case(Span::Days(2, 3), "2d 3h")]
    fn lengths(#[case] length: Span, #[case] shown: &str) {
        assert_eq!(span(length), shown);
    }

    #[rstest]
    #[case(When::Now, "now")]
    #[case(When::In(Span::Hours(9, 30)), "in 9h")]
    #[case(When::Ago(Span::Minutes(1, 59)), "1 min ago")]
    #[case(When::Day(Weekday::Fri, 16, 0), "Fri 16:00")]
    #[case(When::Date(NaiveDate::from_ymd_opt(2026, 11, 3).unwrap()), "3 Nov")]
    #[case(When::Year(NaiveDate::from_ymd_opt(2027, 1, 31).unwrap()), "31 Jan 2027")]
    fn instants(#[case] instant: When, #[case] shown: &str) {
        assert_eq!(when(instant), shown);
    }

    #[rstest]
    #[case("2026-11-21", &["14:45:00", "15:30:00"], "today 14:45, 15:30")]
    #[case("2026-11-22", &["07:00:00"], "tomorrow 07:00")]
    #[case("2026-11-23", &["07:00:15"], "Mon 23 Nov 07:00:15")]
    #[case("2027-01-04", &["00:00:00"], "4 Jan 2027 00:00")]
    fn the_starts_of_a_day(#[case] date: &str, #[case] times: &[&str], #[case] shown: &str) {
        let times = times.iter().map(|time| time.parse().unwrap()).collect();
        let day = StartDay { date: date.parse().unwrap(), times };
        assert_eq!(starts("2026-11-21".parse().unwrap(), &day), shown);
    }
}

//! A schedule in plain English.

use super::{MonthDay, Recurrence, Rule, Schedule, TimeOfDay, Weekday, Window, ZoneName};
use std::collections::BTreeSet;

const WORKDAYS: [Weekday; 5] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
/// Most times of a day that are all named.
const MOST_TIMES: usize = 4;

/// One short phrase: “every weekday at 07:00 (Europe/Berlin)”.
#[must_use]
pub fn describe(schedule: &Schedule) -> String {
    phrase(schedule, None)
}

/// The same for somebody whose clocks show the time of `home`: that zone goes without saying.
#[must_use]
pub fn describe_at(schedule: &Schedule, home: &ZoneName) -> String {
    phrase(schedule, Some(home))
}

fn phrase(schedule: &Schedule, home: Option<&ZoneName>) -> String {
    match schedule {
        Schedule::Now => "as soon as possible".to_owned(),
        Schedule::Manual => "when somebody starts it".to_owned(),
        Schedule::After => "after the tasks that it depends on".to_owned(),
        Schedule::At { at, .. } => format!("once, {} UTC", at.format("%Y-%m-%d %H:%M")),
        Schedule::Recurring(recurrence) => recurring(recurrence, home),
    }
}

fn recurring(recurrence: &Recurrence, home: Option<&ZoneName>) -> String {
    let mut phrase = rule(&recurrence.rule);
    let elapsed = matches!(recurrence.rule, Rule::Every { within: None, .. });
    let zone = &recurrence.zone;
    let at_home = home.is_some_and(|home| home == zone || home.is_utc() && zone.is_utc());
    if !elapsed && !at_home {
        let shown = if zone.is_utc() { "UTC" } else { zone.as_str() };
        phrase = format!("{phrase} ({shown})");
    }
    match recurrence.count {
        Some(1) => phrase.push_str(", once"),
        Some(count) => phrase = format!("{phrase}, {count} times"),
        None => {}
    }
    if let Some(until) = recurrence.until {
        phrase = format!("{phrase}, until {} UTC", until.format("%Y-%m-%d %H:%M"));
    }
    phrase
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Every { secs, within: None } => interval(*secs),
        Rule::Every { secs, within: Some(window) } => {
            format!("{}{}", interval(*secs), hours(window))
        }
        Rule::Hourly { minute: 0 } => "every hour".to_owned(),
        Rule::Hourly { minute } => format!("every hour at :{minute:02}"),
        Rule::Daily { times, every } => format!("{} at {}", every_nth(*every, "day"), clock(times)),
        Rule::Weekly { days, times, every } => {
            format!("{} at {}", weekly(days, *every), clock(times))
        }
        Rule::Monthly { days, times, every } => {
            let days: Vec<String> = days.iter().map(|day| month_day(*day)).collect();
            let month = match every {
                0 | 1 => "the month".to_owned(),
                2 => "every other month".to_owned(),
                n => format!("every {} month", ordinal(*n)),
            };
            format!("on the {} of {month} at {}", list(&days), clock(times))
        }
        Rule::Cron { expression } => {
            format!("cron {}", expression.split_whitespace().collect::<Vec<_>>().join(" "))
        }
    }
}

/// “every 45 minutes”, in the largest unit that fits.
fn interval(secs: u64) -> String {
    let units = [(604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute")];
    let fits = units.into_iter().find(|(length, _)| secs > 0 && secs.is_multiple_of(*length));
    let (length, unit) = fits.unwrap_or((1, "second"));
    match secs / length {
        1 => format!("every {unit}"),
        n => format!("every {n} {unit}s"),
    }
}

fn hours(window: &Window) -> String {
    let days = match weekdays(&window.days) {
        Days::All => String::new(),
        Days::Workdays => " on weekdays".to_owned(),
        Days::Some(days) => format!(" on {days}"),
    };
    format!(" from {} to {}{days}", window.from, window.to)
}

fn weekly(days: &BTreeSet<Weekday>, every: u32) -> String {
    let weeks = every_nth(every, "week");
    match (weekdays(days), every) {
        (Days::All, 0 | 1) => "every day".to_owned(),
        (Days::Workdays, 0 | 1) => "every weekday".to_owned(),
        (Days::Some(days), 0 | 1) => format!("every {days}"),
        (Days::Some(day), 2) if days.len() == 1 => format!("every other {day}"),
        (Days::All, _) => format!("{weeks} on every day"),
        (Days::Workdays, _) => format!("{weeks} on weekdays"),
        (Days::Some(days), _) => format!("{weeks} on {days}"),
    }
}

enum Days {
    All,
    Workdays,
    Some(String),
}

/// No day at all is said as every day, which it means for a window.
fn weekdays(days: &BTreeSet<Weekday>) -> Days {
    if days.is_empty() || days.len() == 7 {
        Days::All
    } else if days.iter().eq(&WORKDAYS) {
        Days::Workdays
    } else {
        Days::Some(list(&days.iter().map(|day| day_name(*day).to_owned()).collect::<Vec<_>>()))
    }
}

fn every_nth(every: u32, unit: &str) -> String {
    match every {
        0 | 1 => format!("every {unit}"),
        2 => format!("every other {unit}"),
        n => format!("every {n} {unit}s"),
    }
}

fn month_day(day: MonthDay) -> String {
    match day {
        MonthDay::Day(date) => ordinal(date.into()),
        MonthDay::Last(0) => "last day".to_owned(),
        MonthDay::Last(1) => "day before the last".to_owned(),
        MonthDay::Last(before) => format!("{} day before the last", ordinal(before.into())),
        MonthDay::NearestWorkday(date) => {
            format!("weekday nearest to the {}", ordinal(date.into()))
        }
        MonthDay::LastWorkday => "last weekday".to_owned(),
        MonthDay::Nth(day, nth) => {
            let nth = match nth {
                1 => "first".to_owned(),
                2 => "second".to_owned(),
                3 => "third".to_owned(),
                4 => "fourth".to_owned(),
                5 => "fifth".to_owned(),
                n => ordinal(n.into()),
            };
            format!("{nth} {}", day_name(day))
        }
        MonthDay::LastWeekday(day) => format!("last {}", day_name(day)),
    }
}

const fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn ordinal(n: u32) -> String {
    let suffix = match (n % 10, n % 100) {
        (1, 1) | (1, 21..) => "st",
        (2, 2) | (2, 22..) => "nd",
        (3, 3) | (3, 23..) => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}

fn clock(times: &BTreeSet<TimeOfDay>) -> String {
    let all: Vec<String> = times.iter().map(ToString::to_string).collect();
    match all.as_slice() {
        [first, .., last] if all.len() > MOST_TIMES => {
            format!("{} times from {first} to {last}", all.len())
        }
        _ => list(&all),
    }
}

/// “a, b and c”.
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [firsts @ .., last] => format!("{} and {last}", firsts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"kind": "now"}), "as soon as possible")]
    #[case(json!({"kind": "manual"}), "when somebody starts it")]
    #[case(json!({"kind": "after"}), "after the tasks that it depends on")]
    #[case(json!({"kind": "at", "at": "2026-12-24T18:00:00Z"}), "once, 2026-12-24 18:00 UTC")]
    fn a_schedule_is_described(#[case] schedule: serde_json::Value, #[case] phrase: &str) {
        assert_eq!(describe(&serde_json::from_value(schedule).unwrap()), phrase);
    }

    #[rstest]
    #[case(json!({"type": "every", "secs": 2700}), "every 45 minutes")]
    #[case(json!({"type": "every", "secs": 1}), "every second")]
    #[case(json!({"type": "every", "secs": 3600}), "every hour")]
    #[case(json!({"type": "every", "secs": 90}), "every 90 seconds")]
    #[case(json!({"type": "every", "secs": 1_209_600}), "every 2 weeks")]
    #[case(
        json!({"type": "every", "secs": 2700, "within":
            {"from": "09:00", "to": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"]}}),
        "every 45 minutes from 09:00 to 17:00 on weekdays"
    )]
    #[case(
        json!({"type": "every", "secs": 3600, "within": {"from": "09:00", "to": "17:00"}}),
        "every hour from 09:00 to 17:00"
    )]
    #[case(json!({"type": "hourly"}), "every hour")]
    #[case(json!({"type": "hourly", "minute": 5}), "every hour at :05")]
    #[case(json!({"type": "daily", "times": ["18:00", "07:00"]}), "every day at 07:00 and 18:00")]
    #[case(json!({"type": "daily", "times": ["07:00"], "every": 2}), "every other day at 07:00")]
    #[case(json!({"type": "daily", "times": ["07:00"], "every": 3}), "every 3 days at 07:00")]
    #[case(
        json!({"type": "daily", "times": ["01:00", "02:00", "03:00", "04:00", "05:00"]}),
        "every day at 5 times from 01:00 to 05:00"
    )]
    #[case(
        json!({"type": "weekly", "days": ["mon", "tue", "wed", "thu", "fri"], "times": ["07:00"]}),
        "every weekday at 07:00"
    )]
    #[case(
        json!({"type": "weekly", "days": ["mon", "wed", "fri"], "times": ["06:30"]}),
        "every Monday, Wednesday and Friday at 06:30"
    )]
    #[case(
        json!({"type": "weekly", "days": ["tue"], "times": ["18:30"], "every": 2}),
        "every other Tuesday at 18:30"
    )]
    #[case(
        json!({"type": "weekly", "days": ["sat", "sun"], "times": ["10:00"], "every": 2}),
        "every other week on Saturday and Sunday at 10:00"
    )]
    #[case(
        json!({"type": "monthly", "days": ["mon#1"], "times": ["09:00"]}),
        "on the first Monday of the month at 09:00"
    )]
    #[case(
        json!({"type": "monthly", "days": ["1", "15", "L"], "times": ["09:00"]}),
        "on the 1st, 15th and last day of the month at 09:00"
    )]
    #[case(
        json!({"type": "monthly", "days": ["LW"], "times": ["09:00"], "every": 2}),
        "on the last weekday of every other month at 09:00"
    )]
    #[case(
        json!({"type": "monthly", "days": ["22W", "L-2", "L-1", "friL"], "times": ["09:00"], "every": 3}),
        "on the day before the last, 2nd day before the last, weekday nearest to the 22nd and last \
         Friday of every 3rd month at 09:00"
    )]
    #[case(json!({"type": "cron", "expression": " 0 9 * *  mon-fri"}), "cron 0 9 * * mon-fri")]
    fn a_rule_is_described(#[case] rule: serde_json::Value, #[case] phrase: &str) {
        let schedule = |zone: &str| {
            let recurrence = json!({"kind": "recurring", "rule": rule, "zone": zone});
            serde_json::from_value::<Schedule>(recurrence).unwrap()
        };
        assert_eq!(describe_at(&schedule("UTC"), &ZoneName::new("Etc/UTC")), phrase);
        let elsewhere = describe_at(&schedule("UTC"), &ZoneName::new("Europe/Berlin"));
        assert!(elsewhere == phrase || elsewhere == format!("{phrase} (UTC)"), "{elsewhere}");
        let zoned = describe(&schedule("Europe/Berlin"));
        let elapsed = rule["type"] == "every" && rule["within"].is_null();
        assert_eq!(
            zoned,
            if elapsed { phrase.into() } else { format!("{phrase} (Europe/Berlin)") }
        );
    }

    #[test]
    fn the_end_is_told() {
        let schedule = json!({
            "kind": "recurring", "zone": "UTC", "count": 5, "until": "2026-12-31T23:00:00Z",
            "rule": {"type": "hourly"},
        });
        let schedule = serde_json::from_value(schedule).unwrap();
        assert_eq!(describe(&schedule), "every hour (UTC), 5 times, until 2026-12-31 23:00 UTC");
    }

    #[test]
    fn every_ordinal_has_its_ending() {
        let told: Vec<String> =
            [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31, 101, 111].map(ordinal).into();
        assert_eq!(
            told.join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 31st 101st 111th"
        );
    }
}

//! Ways of asking that must agree: forwards, backwards, in a row, and minute by minute.

use crate::making::{at, cron, recurrence};
use aegis_domain::Timestamp;
use aegis_domain::schedule::{Calendar, Recurrence};
use chrono::{Datelike, TimeDelta, Timelike};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;
use serde_json::json;

/// 1990 to 2037: many zones changed their clocks then, in many ways.
fn moments() -> impl Strategy<Value = Timestamp> {
    (631_152_000_i64..2_145_916_800).prop_map(|s| Timestamp::from_timestamp(s, 0).unwrap())
}

fn zones() -> impl Strategy<Value = Tz> {
    let telling = [
        chrono_tz::Europe::Berlin,
        chrono_tz::America::New_York,
        chrono_tz::America::Havana,
        chrono_tz::Australia::Lord_Howe,
        chrono_tz::Africa::Casablanca,
        chrono_tz::Pacific::Apia,
        chrono_tz::Antarctica::Casey,
    ];
    prop_oneof![
        proptest::sample::select(telling.to_vec()),
        proptest::sample::select(&TZ_VARIANTS[..])
    ]
}

/// Moments of which many are near a change of the clocks.
fn moments_in_zones() -> impl Strategy<Value = (Tz, Timestamp)> {
    (zones(), moments(), any::<bool>()).prop_map(|(zone, moment, near)| {
        let offset = |t: Timestamp| t.with_timezone(&zone).naive_local() - t.naive_utc();
        let mut change = moment;
        for _ in 0..400 {
            if offset(change) != offset(change + TimeDelta::days(1)) {
                break;
            }
            change += TimeDelta::days(1);
        }
        (zone, if near { change - TimeDelta::hours(12) } else { moment })
    })
}

fn rules() -> impl Strategy<Value = serde_json::Value> {
    let times = || {
        proptest::collection::btree_set((0u32..24, 0u32..4), 1..4).prop_map(|times| {
            times.iter().map(|(h, q)| format!("{h:02}:{:02}", q * 15)).collect::<Vec<_>>()
        })
    };
    let weekdays =
        proptest::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..7);
    let month_days = proptest::sample::subsequence(
        vec!["1", "13", "29", "31", "L", "L-2", "15W", "31W", "LW", "mon#1", "sun#5", "friL"],
        1..4,
    );
    prop_oneof![
        (60u64..100_000).prop_map(|secs| json!({"type": "every", "secs": secs})),
        (60u64..9000, 0u32..12, 12u32..24, weekdays.clone()).prop_map(|(secs, from, to, days)| json!({
            "type": "every", "secs": secs,
            "within": {"from": format!("{from:02}:30"), "to": format!("{to:02}:15"), "days": days},
        })),
        (0u8..60).prop_map(|minute| json!({"type": "hourly", "minute": minute})),
        (times(), 1u32..10).prop_map(|(times, every)| json!({"type": "daily", "times": times, "every": every})),
        (weekdays, times(), 1u32..4)
            .prop_map(|(days, times, every)| json!({"type": "weekly", "days": days, "times": times, "every": every})),
        (month_days, times(), 1u32..5)
            .prop_map(|(days, times, every)| json!({"type": "monthly", "days": days, "times": times, "every": every})),
        expressions().prop_map(|e| json!({"type": "cron", "expression": e})),
    ]
}

/// Expressions that happen, of five fields.
fn expressions() -> impl Strategy<Value = String> {
    let pick = |choices: &'static [&'static str]| proptest::sample::select(choices);
    (
        pick(&["0", "30", "*/15", "*", "5-10", "0,30", "59", "50-10/5"]),
        pick(&["0", "2", "*", "*/3", "1-3", "22-2", "0-23/2", "2,14", "23"]),
        pick(&["*", "?", "1", "15", "1-7", "L", "*/2", "LW", "15W", "L-3", "28-3"]),
        pick(&["*", "*", "3,10", "mar-nov", "*/3"]),
        pick(&["*", "?", "0", "mon-fri", "sun", "1#2", "5L", "fri-mon", "6,7", "*/2"]),
    )
        .prop_map(|(a, b, c, d, e)| format!("{a} {b} {c} {d} {e}"))
}

/// Start and end in seconds, count, and excluded days with their lengths, from a moment on.
type Ends = (Option<i64>, Option<i64>, Option<u32>, Vec<(i64, i64)>);

fn some_ends() -> impl Strategy<Value = Ends> {
    (
        proptest::option::of(0i64..200_000),
        proptest::option::of(0i64..40_000_000),
        proptest::option::of(1u32..40),
        proptest::collection::vec((0i64..60, 0i64..10), 0..4),
    )
}

fn with_ends(
    rule: Recurrence,
    from: Timestamp,
    zone: Tz,
    (starts, until, count, exclude): Ends,
) -> Recurrence {
    let day = from.with_timezone(&zone).date_naive();
    let exclude = exclude.into_iter().map(|(after, length)| {
        json!({"from": day + TimeDelta::days(after), "to": day + TimeDelta::days(after + length)})
    });
    Recurrence {
        // Instants have milliseconds, and intervals keep those of their start.
        starts: starts.map(|secs| from + TimeDelta::milliseconds(secs * 1001)),
        until: until.map(|secs| from + TimeDelta::seconds(secs)),
        count: count.filter(|_| starts.is_some()),
        exclude: exclude.map(|range| serde_json::from_value(range).unwrap()).collect(),
        ..rule
    }
}

/// What `between` finds, held against `next` and `previous`.
fn agree(calendar: &Calendar, after: Timestamp, until: Timestamp, most: usize) -> Vec<Timestamp> {
    let found: Vec<_> = calendar.between(after, until).take(most).collect();
    let mut last = after;
    for instant in &found {
        assert!(last < *instant && *instant <= until, "{found:?}");
        assert_eq!(calendar.next(last), Some(*instant));
        assert_eq!(calendar.next(*instant - TimeDelta::milliseconds(1)), Some(*instant));
        let before = calendar.previous(*instant).filter(|t| *t > after);
        assert_eq!(before, (last != after).then_some(last), "before {instant}");
        assert_eq!(calendar.previous(*instant + TimeDelta::nanoseconds(1)), Some(*instant));
        last = *instant;
    }
    if found.len() < most {
        assert_eq!(calendar.next(last).filter(|t| *t <= until), None);
        let latest = calendar.previous(until + TimeDelta::milliseconds(1)).filter(|t| *t > after);
        assert_eq!(latest, found.last().copied());
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn next_previous_and_between_agree(
        (zone, from) in moments_in_zones(), rule in rules(), ends in some_ends(),
    ) {
        let rule = with_ends(recurrence(zone.name(), rule), from, zone, ends);
        let calendar = rule.compile().unwrap();
        let after = from - TimeDelta::days(3);
        let found = agree(&calendar, after, from + TimeDelta::days(700), 60);
        for instant in &found {
            prop_assert!(rule.starts.is_none_or(|starts| starts <= *instant));
            prop_assert!(rule.until.is_none_or(|until| *instant <= until));
            let day = instant.with_timezone(&zone).date_naive();
            prop_assert!(!rule.exclude.iter().any(|range| range.contains(day)));
        }
    }

    #[test]
    fn a_count_takes_the_first(
        (zone, from) in moments_in_zones(), rule in rules(), ends in some_ends(), count in 1u32..30,
    ) {
        let rule = with_ends(recurrence(zone.name(), rule), from, zone, ends);
        let all = Recurrence { starts: Some(from), count: None, ..rule };
        let some = Recurrence { count: Some(count), ..all.clone() };
        let far = from + TimeDelta::days(20_000);
        let first: Vec<_> = all.compile().unwrap().between(from - TimeDelta::days(1), far)
            .take(count as usize).collect();
        let counted: Vec<_> = some.compile().unwrap().between(from - TimeDelta::days(1), far)
            .collect();
        prop_assert_eq!(counted, first);
    }

    #[test]
    fn a_cron_expression_is_what_its_fields_say_minute_by_minute(
        (zone, from) in moments_in_zones(), expression in expressions(),
    ) {
        let calendar = cron(zone.name(), &expression).compile().unwrap();
        let from = from - TimeDelta::seconds(from.timestamp() % 60);
        let hours = 60;
        let until = from + TimeDelta::hours(hours);
        let found: Vec<_> = calendar.between(from, until).collect();
        prop_assert_eq!(found, reference(zone, &expression, from, hours));
    }
}

/// Debian's cron, minute by minute: a virtual clock that follows the wall clock, runs what a gap of
/// up to three hours swallowed at its end, and waits while the clocks repeat themselves.
fn reference(zone: Tz, expression: &str, from: Timestamp, hours: i64) -> Vec<Timestamp> {
    let fields = SlowFields::new(expression);
    let reading = |t: Timestamp| t.with_timezone(&zone).naive_local();
    let minute = TimeDelta::minutes(1);
    let mut found = Vec::new();
    // A day earlier: the clocks may just have been set back.
    let mut now = from - TimeDelta::days(1);
    let mut virtual_clock = reading(now);
    while now < from + TimeDelta::hours(hours) {
        now += minute;
        let wall = reading(now);
        let passed = if fields.wild {
            fields.matches(wall)
        } else if wall > virtual_clock {
            // The first whole minute after a gap that ended within one is not this reference's.
            let missed = wall - virtual_clock - minute;
            let mut passed = fields.matches(wall);
            if missed <= TimeDelta::hours(3) {
                let mut swallowed = virtual_clock + minute;
                while swallowed < wall {
                    passed |= fields.matches(swallowed);
                    swallowed += minute;
                }
            }
            passed
        } else {
            false
        };
        virtual_clock = virtual_clock.max(wall);
        if passed && now > from {
            found.push(now);
        }
    }
    found
}

/// The fields of an expression, read without any of the crate's code.
struct SlowFields {
    fields: Vec<String>,
    wild: bool,
}

impl SlowFields {
    fn new(expression: &str) -> Self {
        let fields: Vec<String> = expression.split(' ').map(str::to_owned).collect();
        let wild = fields[..2].iter().any(|field| field.starts_with('*'));
        Self { fields, wild }
    }

    fn matches(&self, t: chrono::NaiveDateTime) -> bool {
        let [minute, hour, date, month, weekday] = &self.fields[..] else { panic!() };
        let [date_says, weekday_says] = [day_of_month(date, t), day_of_week(weekday, t)];
        let star = [date, weekday].iter().any(|f| f.starts_with(['*', '?']));
        let day = if star { date_says && weekday_says } else { date_says || weekday_says };
        day && number(minute, t.minute(), 0, 60)
            && number(hour, t.hour(), 0, 24)
            && number(month, t.month(), 1, 12)
    }
}

/// Whether `field` holds `value`, of a cycle of `length` values from `first` on.
fn number(field: &str, value: u32, first: u32, length: u32) -> bool {
    field.split(',').any(|item| {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        let step: u32 = step.parse().unwrap();
        if range == "*" || range == "?" {
            return (value - first).is_multiple_of(step);
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let [from, to] = [from, to].map(|text| named(text) % (first + length));
        let mut at = from;
        loop {
            if at == value && ((at + length - from) % length).is_multiple_of(step) {
                return true;
            }
            if at == to {
                return false;
            }
            at = if at + 1 == first + length { first } else { at + 1 };
        }
    })
}

fn named(text: &str) -> u32 {
    match text {
        "sun" => 0,
        "mon" => 1,
        "fri" => 5,
        "mar" => 3,
        "nov" => 11,
        number => number.parse().unwrap(),
    }
}

fn day_of_month(field: &str, t: chrono::NaiveDateTime) -> bool {
    let tomorrow = |days| (t.date() + TimeDelta::days(days)).month() != t.month();
    let workday = |days| (t.date() + TimeDelta::days(days)).weekday().num_days_from_monday() < 5;
    match field {
        "L" => tomorrow(1),
        "L-3" => tomorrow(4) && !tomorrow(3),
        "LW" => workday(0) && (1..4).all(|days| tomorrow(days) || !workday(days)),
        "15W" => match t.day() {
            14 => workday(0) && !workday(1) && workday(-1),
            15 => workday(0),
            16 => workday(0) && !workday(-1) && !workday(-2),
            _ => false,
        },
        _ => number(field, t.day(), 1, 31),
    }
}

fn day_of_week(field: &str, t: chrono::NaiveDateTime) -> bool {
    let weekday = t.weekday().num_days_from_sunday();
    match field {
        "1#2" => weekday == 1 && (8..15).contains(&t.day()),
        "5L" => weekday == 5 && (t.date() + TimeDelta::days(7)).month() != t.month(),
        _ => number(field, weekday, 0, 7),
    }
}

#[test]
fn the_reference_knows_the_clocks() {
    let berlin = chrono_tz::Europe::Berlin;
    assert_eq!(
        reference(berlin, "30 2 * * *", at("2026-03-28T12:00:00Z"), 24),
        [at("2026-03-29T01:00:00Z")]
    );
    assert_eq!(
        reference(berlin, "30 2 * * *", at("2026-10-24T12:00:00Z"), 24),
        [at("2026-10-25T00:30:00Z")]
    );
}

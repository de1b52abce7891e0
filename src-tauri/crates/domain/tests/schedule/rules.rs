//! What each kind of rule means, worked out by hand.

use crate::making::{at, checked, next, recurrence, recurring};
use aegis_domain::Timestamp;
use aegis_domain::schedule::{Recurrence, due};
use rstest::rstest;
use serde_json::{Value, json};

const MON_TO_FRI: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];

/// 2026-11-21 is a Saturday.
#[rstest]
#[case(json!({"type": "every", "secs": 2700}), &["21T12:00", "21T12:45", "21T13:30"])]
#[case(json!({"type": "hourly", "minute": 20}), &["21T12:20", "21T13:20"])]
#[case(json!({"type": "daily", "times": ["18:30", "07:00"]}), &["21T18:30", "22T07:00", "22T18:30"])]
#[case(json!({"type": "daily", "times": ["07:00"], "every": 3}), &["24T07:00", "27T07:00", "30T07:00"])]
#[case(json!({"type": "daily", "times": ["13:00"], "every": 3}), &["21T13:00", "24T13:00"])]
#[case(json!({"type": "weekly", "days": ["tue"], "times": ["07:00"]}), &["24T07:00"])]
// Every other week, counted from the week of the start, whose Saturday is to come.
#[case(json!({"type": "weekly", "days": ["mon", "sat"], "times": ["18:00"], "every": 2}), &["21T18:00", "30T18:00"])]
#[case(json!({"type": "monthly", "days": ["L", "mon#4"], "times": ["07:00"]}), &["23T07:00", "30T07:00"])]
#[case(
    json!({"type": "every", "secs": 10_800, "within": {"from": "09:00", "to": "17:00", "days": MON_TO_FRI}}),
    &["23T09:00", "23T12:00", "23T15:00", "24T09:00"]
)]
// The last time of a window counts.
#[case(
    json!({"type": "every", "secs": 14_400, "within": {"from": "09:00", "to": "17:00"}}),
    &["21T13:00", "21T17:00", "22T09:00"]
)]
#[case(json!({"type": "cron", "expression": "30 */6 * * *"}), &["21T12:30", "21T18:30"])]
fn the_first_instants(#[case] rule: Value, #[case] expected: &[&str]) {
    let mut rule = recurrence("UTC", rule);
    rule.starts = Some(at("2026-11-21T12:00:00Z"));
    let expected: Vec<String> = expected.iter().map(|t| format!("2026-11-{t}:00+00:00")).collect();
    assert_eq!(next(&rule, "2000-01-01T00:00:00Z", expected.len()), expected);
}

#[rstest]
#[case(json!(["31"]), 1, &["2026-12-31", "2027-01-31", "2027-03-31"])]
#[case(json!(["31"]), 2, &["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31", "2028-01-31"])]
#[case(json!(["1"]), 12, &["2027-11-01", "2028-11-01"])]
#[case(json!(["29"]), 120, &["2026-11-29", "2036-11-29"])]
fn months_without_such_a_day_are_left_out(
    #[case] days: Value,
    #[case] every: u32,
    #[case] expected: &[&str],
) {
    let rule = json!({"type": "monthly", "days": days, "times": ["08:00"], "every": every});
    let mut rule = recurrence("UTC", rule);
    rule.starts = Some(at("2026-11-21T12:00:00Z"));
    let found = next(&rule, "2026-11-21T12:00:00Z", expected.len());
    assert_eq!(found.iter().map(|t| &t[..10]).collect::<Vec<_>>(), expected);
}

#[test]
fn a_week_is_that_of_the_zone() {
    // Sunday in UTC, and already Monday in Auckland.
    let rule = json!({"type": "weekly", "days": ["mon"], "times": ["18:00"], "every": 2});
    let mut rule = recurrence("Pacific/Auckland", rule);
    rule.starts = Some(at("2026-11-22T12:00:00Z"));
    assert_eq!(
        next(&rule, "2026-11-22T12:00:00Z", 2),
        ["2026-11-23T18:00:00+13:00", "2026-12-07T18:00:00+13:00"]
    );
}

#[test]
fn start_end_count_and_exclusions_hold() {
    let rule = recurrence("Europe/Berlin", json!({"type": "daily", "times": ["09:00", "15:00"]}));
    let exclude = json!([{"from": "2026-11-23"}, {"from": "2026-11-25", "to": "2026-11-26"}]);
    let rule = Recurrence {
        starts: Some(at("2026-11-22T08:00:00Z")),
        until: Some(at("2026-11-27T14:00:00Z")),
        exclude: serde_json::from_value(exclude).unwrap(),
        ..rule
    };
    let all = ["22T09", "22T15", "24T09", "24T15", "27T09", "27T15"];
    let expected =
        |n: usize| all[..n].iter().map(|t| format!("2026-11-{t}:00:00+01:00")).collect::<Vec<_>>();
    assert_eq!(next(&rule, "2026-01-01T00:00:00Z", 9), expected(6));
    let first = Recurrence { count: Some(3), ..rule.clone() };
    assert_eq!(next(&first, "2026-01-01T00:00:00Z", 9), expected(3));
    let calendar = first.compile().unwrap();
    assert_eq!(calendar.previous(at("2030-01-01T00:00:00Z")), Some(at("2026-11-24T08:00:00Z")));
    assert_eq!(calendar.previous(at("2026-11-22T08:00:00Z")), None);
    let shorter = Recurrence { until: Some(at("2026-11-27T13:59:59Z")), ..rule };
    assert_eq!(next(&shorter, "2026-01-01T00:00:00Z", 9), expected(5));
}

#[test]
fn an_interval_first_happens_when_it_has_passed() {
    let now = "2026-11-21T12:00:00.1234Z";
    let rule =
        checked(now, json!({"zone": "UTC", "count": 2, "rule": {"type": "every", "secs": 60}}));
    assert_eq!(
        next(&rule.unwrap(), now, 9),
        ["2026-11-21T12:01:00.123+00:00", "2026-11-21T12:02:00.123+00:00"]
    );
    // A start that was named is an instant itself.
    let rule = json!({"zone": "UTC", "starts": "2026-11-22T09:00:00Z", "rule": {"type": "every", "secs": 60}});
    assert_eq!(next(&checked(now, rule).unwrap(), now, 1), ["2026-11-22T09:00:00+00:00"]);
}

#[test]
fn checking_changes_nothing_but_the_start() {
    let now = at("2026-11-21T12:00:00Z");
    for rule in [
        json!({"type": "hourly"}),
        json!({"type": "monthly", "days": ["15W", "L-3"], "times": ["08:00"], "every": 2}),
        json!({"type": "cron", "expression": "@daily"}),
        json!({"type": "every", "secs": 60, "within": {"from": "09:00", "to": "09:30"}}),
    ] {
        let given = json!({
            "zone": "Europe/Berlin", "rule": rule, "count": 7, "until": "2027-11-21T12:00:00Z",
            "exclude": [{"from": "2026-12-24", "to": "2026-12-26"}],
            "policies": {"misfire": {"policy": "run_all", "at_most": 3}, "overlap": "allow", "jitter_secs": 30},
        });
        let given: Recurrence = serde_json::from_value(given).unwrap();
        let checked = given.clone().check(now).unwrap();
        assert_eq!(checked, Recurrence { starts: Some(now), ..given });
        assert_eq!(checked.clone().check(now).unwrap(), checked);
        let written = serde_json::to_value(&checked).unwrap();
        assert_eq!(serde_json::from_value::<Recurrence>(written).unwrap(), checked);
    }
}

#[test]
fn what_does_not_count_needs_no_start() {
    let now = "2026-11-21T12:00:00Z";
    for rule in [
        json!({"type": "hourly"}),
        json!({"type": "daily", "times": ["09:00"]}),
        json!({"type": "weekly", "days": ["mon"], "times": ["09:00"]}),
        json!({"type": "cron", "expression": "@daily"}),
        json!({"type": "every", "secs": 60, "within": {"from": "09:00", "to": "09:30"}}),
    ] {
        let checked = checked(now, json!({"zone": "UTC", "rule": rule})).unwrap();
        assert_eq!(checked.starts, None, "{rule}");
        assert_eq!(checked.clone().set_back(at(now), at("2016-11-21T12:00:00Z")), checked);
    }
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_what_had_begun() {
    let (made, back) = ("2026-11-21T12:00:00Z", "2016-11-21T12:00:00Z");
    let next_after = |rule: &Recurrence| next(rule, back, 1)[0].clone();
    let every =
        checked(made, json!({"zone": "UTC", "rule": {"type": "every", "secs": 60}})).unwrap();
    assert_eq!(next_after(&every), "2026-11-21T12:01:00+00:00");
    for cursor in [made, "2026-11-21T12:00:30Z", "2026-11-22T12:00:00Z"] {
        let going_on = every.clone().set_back(at(cursor), at(back));
        assert_eq!(next_after(&going_on), "2016-11-21T12:01:00+00:00");
    }
    let daily = json!({"zone": "UTC", "rule": {"type": "daily", "times": ["09:00"], "every": 2}});
    let daily = checked(made, daily).unwrap().set_back(at(made), at(back));
    assert_eq!(next_after(&daily), "2016-11-23T09:00:00+00:00");
    // What was to begin later still does.
    let later = json!({"zone": "UTC", "starts": "2027-01-01T00:00:00Z", "rule": {"type": "every", "secs": 60}});
    let later = checked(made, later).unwrap();
    assert_eq!(later.clone().set_back(at(made), at(back)), later);
    // A clock that goes on, or was not set back that far, changes nothing.
    assert_eq!(every.clone().set_back(at(made), at("2026-11-21T12:00:30Z")), every);
    assert_eq!(
        every.clone().set_back(at("2026-11-25T12:00:00Z"), at("2026-11-24T12:00:00Z")),
        every
    );
}

#[test]
fn moments_at_the_ends_of_time_are_answered() {
    let calendar = recurrence("Europe/Berlin", json!({"type": "daily", "times": ["09:00"]}))
        .compile()
        .unwrap();
    let (first, last) = (Timestamp::MIN_UTC, Timestamp::MAX_UTC);
    assert!(calendar.next(first).is_some_and(|t| t < at("1900-01-03T00:00:00Z")));
    assert!(calendar.previous(last).is_some_and(|t| t > at("2599-12-29T00:00:00Z")));
    assert_eq!(calendar.next(last), None);
    assert_eq!(calendar.previous(first), None);
    assert_eq!(calendar.between(last, first).count(), 0);
}

#[test]
fn starts_at_the_ends_of_time_are_answered() {
    let (first, last) = (Timestamp::MIN_UTC, Timestamp::MAX_UTC);
    let now = at("2026-11-21T12:00:00Z");
    for rule in [
        json!({"type": "every", "secs": 315_576_000}),
        json!({"type": "every", "secs": 60, "within": {"from": "09:00", "to": "09:30"}}),
        json!({"type": "hourly"}),
        json!({"type": "daily", "times": ["09:00"], "every": 366}),
        json!({"type": "weekly", "days": ["mon"], "times": ["09:00"], "every": 52}),
        json!({"type": "monthly", "days": ["1"], "times": ["09:00"], "every": 120}),
        json!({"type": "cron", "expression": "* * * * * *"}),
    ] {
        for zone in ["Pacific/Apia", "Pacific/Pago_Pago", "America/New_York"] {
            let rule = recurrence(zone, rule.clone());
            let early = Recurrence { starts: Some(first), count: Some(5), ..rule.clone() };
            assert!(early.check(now).is_ok());
            let late = Recurrence { starts: Some(last), ..rule.clone() };
            assert_eq!(late.check(now).unwrap_err().field, "schedule.starts");
            let ended = Recurrence { until: Some(first), ..rule.clone() };
            assert_eq!(ended.compile().unwrap().next(first), None);
            let schedule = recurring(rule);
            assert!(due(&schedule, first, now).unwrap().skipped.is_some());
            assert!(due(&schedule, now, last).unwrap().next.is_none());
        }
    }
}

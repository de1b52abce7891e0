//! Answers come at once, also where there is much to go through. The limits are generous: they are
//! for builds for development on busy machines; the figures are in docs/promises.md.

use crate::making::{at, calendar, cron, recurrence, recurring};
use aegis_domain::schedule::{Misfire, due};
use chrono::{TimeDelta, Timelike};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[rstest]
#[case(json!({"type": "every", "secs": 45}))]
#[case(json!({"type": "every", "secs": 2700, "within": {"from": "09:00", "to": "17:00"}}))]
#[case(json!({"type": "hourly", "minute": 7}))]
#[case(json!({"type": "daily", "times": ["02:30", "07:00"]}))]
#[case(json!({"type": "weekly", "days": ["mon", "fri"], "times": ["07:00", "12:00", "18:00"]}))]
#[case(json!({"type": "monthly", "days": ["1", "15W", "LW", "mon#2"], "times": ["07:00", "19:00"]}))]
#[case(json!({"type": "cron", "expression": "*/7 9-17 * * mon-fri"}))]
#[case(json!({"type": "cron", "expression": "* * * * * *"}))]
#[case(json!({"type": "cron", "expression": "*/10 30 2,14 1-7 * mon"}))]
fn ten_thousand_instants(#[case] rule: Value) {
    let calendar = calendar("Europe/Berlin", rule.clone());
    let (after, until) = (at("2026-01-01T00:00:00Z"), at("2599-01-01T00:00:00Z"));
    let begin = Instant::now();
    let found: Vec<_> = calendar.between(after, until).take(10_000).collect();
    let forwards = begin.elapsed();
    assert_eq!(found.len(), 10_000);
    let begin = Instant::now();
    let mut last = found[9_999];
    for _ in 0..9_999 {
        last = calendar.previous(last).unwrap();
    }
    let backwards = begin.elapsed();
    assert_eq!(last, found[0]);
    println!("{rule}: {forwards:?} forwards, {backwards:?} backwards");
    assert!(forwards + backwards < Duration::from_secs(2), "{forwards:?} {backwards:?}");
}

#[test]
fn what_happens_once_in_many_years_is_found() {
    let calendar = cron("UTC", "0 0 29 2 mon#5").compile().unwrap();
    let leap = cron("UTC", "0 0 29 2 *").compile().unwrap();
    let begin = Instant::now();
    let next = leap.next(at("2097-01-01T00:00:00Z")).unwrap();
    assert_eq!(next, at("2104-02-29T00:00:00Z"));
    let last = leap.previous(at("2599-01-01T00:00:00Z")).unwrap();
    assert_eq!(last, at("2596-02-29T00:00:00Z"));
    assert!(calendar.next(at("2500-01-01T00:00:00Z")).is_some());
    assert!(begin.elapsed() < Duration::from_millis(500), "{:?}", begin.elapsed());
}

#[rstest]
#[case(Misfire::Skip)]
#[case(Misfire::RunOnce)]
#[case(Misfire::RunAll { at_most: 1000 })]
fn four_hundred_days_of_every_second(#[case] misfire: Misfire) {
    for rule in
        [json!({"type": "cron", "expression": "* * * * * *"}), json!({"type": "every", "secs": 1})]
    {
        let mut every_second = recurrence("Europe/Berlin", rule);
        every_second.policies.misfire = misfire;
        let schedule = recurring(every_second);
        let cursor = at("2026-01-01T00:00:00Z");
        let begin = Instant::now();
        let due = due(&schedule, cursor, cursor + TimeDelta::days(400)).unwrap();
        let took = begin.elapsed();
        let skipped = due.skipped.unwrap();
        assert!(skipped.at_least);
        assert_eq!(skipped.count, 10_000);
        println!("{misfire:?}: {took:?}");
        assert!(took < Duration::from_millis(500), "{took:?}");
    }
}

#[test]
fn an_exclusion_is_stepped_over() {
    let mut every_second = cron("Europe/Berlin", "* * * * * *");
    every_second.exclude =
        serde_json::from_value(json!([{"from": "2026-01-02", "to": "2035-12-31"}])).unwrap();
    let calendar = every_second.compile().unwrap();
    let begin = Instant::now();
    let next = calendar.next(at("2026-01-01T22:59:59Z")).unwrap();
    assert_eq!(next, at("2035-12-31T23:00:00Z"));
    assert_eq!(calendar.previous(next), Some(at("2026-01-01T22:59:59Z")));
    assert_eq!(next.second(), 0);
    assert!(begin.elapsed() < Duration::from_millis(200), "{:?}", begin.elapsed());
}

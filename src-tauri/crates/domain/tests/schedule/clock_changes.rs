//! What changes of the clocks do, worked out by hand.

use crate::making::{cron, next, recurrence};
use rstest::rstest;
use serde_json::json;

#[rstest]
// The hour from 02:00 is skipped on 2026-03-29: once, just after it.
#[case("30 2 * * *", "2026-03-28T00:00", &["28T02:30:00+01:00", "29T03:00:00+02:00", "30T02:30:00+02:00"])]
#[case("0,30 2 * * *", "2026-03-29T00:00", &["29T03:00:00+02:00", "30T02:00:00+02:00"])]
#[case("30 2,3 * * *", "2026-03-29T00:00", &["29T03:00:00+02:00", "29T03:30:00+02:00"])]
#[case("0 2,3 * * *", "2026-03-29T00:00", &["29T03:00:00+02:00", "30T02:00:00+02:00"])]
#[case("30 2,14 * * *", "2026-03-29T00:00", &["29T03:00:00+02:00", "29T14:30:00+02:00"])]
#[case("*/30 2 * * *", "2026-03-29T00:00", &["30T02:00:00+02:00"])]
#[case("30 */2 * * *", "2026-03-29T00:00", &["29T00:30:00+01:00", "29T04:30:00+02:00"])]
#[case("30 0-23/2 * * *", "2026-03-29T00:00", &["29T00:30:00+01:00", "29T03:00:00+02:00"])]
#[case("30 * * * *", "2026-03-29T01:00", &["29T01:30:00+01:00", "29T03:30:00+02:00"])]
// With seconds the rule is the same: hours and minutes tell whether a time is fixed.
#[case("15 30 2 * * *", "2026-03-29T00:00", &["29T03:00:00+02:00", "30T02:30:15+02:00"])]
#[case("* 59 2 * * *", "2026-03-29T00:00", &["29T03:00:00+02:00", "30T02:59:00+02:00"])]
#[case("30 2 29 3 *", "2026-03-01T00:00", &["29T03:00:00+02:00"])]
#[case("30 2 * * sun", "2026-03-28T00:00", &["29T03:00:00+02:00"])]
fn spring_in_berlin(#[case] expression: &str, #[case] after: &str, #[case] expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|day| format!("2026-03-{day}")).collect();
    let after = format!("{after}:00");
    assert_eq!(next(&cron("Europe/Berlin", expression), &after, expected.len()), expected);
}

#[rstest]
// The hour from 02:00 is repeated on 2026-10-25: the first time only.
#[case("30 2 * * *", "2026-10-25T00:00", &["25T02:30:00+02:00", "26T02:30:00+01:00"])]
#[case("0,59 2 * * *", "2026-10-25T00:00",
    &["25T02:00:00+02:00", "25T02:59:00+02:00", "26T02:00:00+01:00"])]
#[case("30 1,2,3 * * *", "2026-10-25T00:00",
    &["25T01:30:00+02:00", "25T02:30:00+02:00", "25T03:30:00+01:00"])]
#[case("30 * * * *", "2026-10-25T01:45",
    &["25T02:30:00+02:00", "25T02:30:00+01:00", "25T03:30:00+01:00"])]
#[case("*/30 2 * * *", "2026-10-25T00:00",
    &["25T02:00:00+02:00", "25T02:30:00+02:00", "25T02:00:00+01:00", "25T02:30:00+01:00",
      "26T02:00:00+01:00"])]
#[case("0 * * * *", "2026-10-25T01:30",
    &["25T02:00:00+02:00", "25T02:00:00+01:00", "25T03:00:00+01:00"])]
#[case("15 30 2 * * *", "2026-10-25T00:00", &["25T02:30:15+02:00", "26T02:30:15+01:00"])]
fn autumn_in_berlin(#[case] expression: &str, #[case] after: &str, #[case] expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|day| format!("2026-10-{day}")).collect();
    let after = format!("{after}:00");
    assert_eq!(next(&cron("Europe/Berlin", expression), &after, expected.len()), expected);
}

#[test]
fn an_instant_in_the_second_showing_is_followed_by_the_next_new_time() {
    // 02:15 for the second time: 02:30 was, and comes no more.
    assert_eq!(
        next(&cron("Europe/Berlin", "30 2,3 * * *"), "2026-10-25T01:15:00Z", 1),
        ["2026-10-25T03:30:00+01:00"]
    );
}

#[rstest]
#[case("30 2 8 3 *", "2026-03-08T03:00:00-04:00")]
#[case("30 1 1 11 *", "2026-11-01T01:30:00-04:00")]
#[case("0 0 8 3 *", "2026-03-08T00:00:00-05:00")]
fn new_york(#[case] expression: &str, #[case] expected: &str) {
    assert_eq!(next(&cron("America/New_York", expression), "2026-01-01T00:00:00Z", 1), [expected]);
}

#[test]
fn daily_weekly_and_monthly_rules_are_fixed_times() {
    let times = json!(["02:30"]);
    for rule in [
        json!({"type": "daily", "times": times}),
        json!({"type": "weekly", "days": ["sun"], "times": times}),
        json!({"type": "monthly", "days": ["29", "25"], "times": times}),
    ] {
        let rule = recurrence("Europe/Berlin", rule);
        assert_eq!(next(&rule, "2026-03-28T12:00:00Z", 1), ["2026-03-29T03:00:00+02:00"]);
        assert_eq!(next(&rule, "2026-10-24T12:00:00Z", 1), ["2026-10-25T02:30:00+02:00"]);
        let later = next(&rule, "2026-10-25T00:30:00Z", 1);
        assert!(!later[0].starts_with("2026-10-25"), "{later:?}");
    }
}

#[test]
fn hourly_follows_the_wall_clock() {
    let rule = recurrence("Europe/Berlin", json!({"type": "hourly", "minute": 30}));
    assert_eq!(
        next(&rule, "2026-03-29T00:00:00Z", 2),
        ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"]
    );
    assert_eq!(
        next(&rule, "2026-10-25T00:00:00Z", 3),
        ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00"]
    );
}

#[test]
fn an_interval_does_not_see_the_clocks() {
    let mut rule = recurrence("Europe/Berlin", json!({"type": "every", "secs": 3600}));
    rule.starts = Some("2026-03-29T00:20:00Z".parse().unwrap());
    assert_eq!(
        next(&rule, "2026-03-29T00:00:00Z", 2),
        ["2026-03-29T01:20:00+01:00", "2026-03-29T03:20:00+02:00"]
    );
}

#[test]
fn hours_of_a_day_are_counted_in_elapsed_time() {
    let rule = json!({"type": "every", "secs": 3600, "within": {"from": "01:00", "to": "04:00"}});
    let rule = recurrence("Europe/Berlin", rule);
    assert_eq!(
        next(&rule, "2026-03-28T12:00:00Z", 4),
        [
            "2026-03-29T01:00:00+01:00",
            "2026-03-29T03:00:00+02:00",
            "2026-03-29T04:00:00+02:00",
            "2026-03-30T01:00:00+02:00"
        ]
    );
    assert_eq!(
        next(&rule, "2026-10-24T12:00:00Z", 5),
        [
            "2026-10-25T01:00:00+02:00",
            "2026-10-25T02:00:00+02:00",
            "2026-10-25T02:00:00+01:00",
            "2026-10-25T03:00:00+01:00",
            "2026-10-25T04:00:00+01:00"
        ]
    );
}

#[test]
fn hours_that_the_clocks_skip_open_after_the_gap() {
    let rule = json!({"type": "every", "secs": 1200, "within": {"from": "02:10", "to": "03:30"}});
    assert_eq!(
        next(&recurrence("Europe/Berlin", rule), "2026-03-28T12:00:00Z", 3),
        ["2026-03-29T03:00:00+02:00", "2026-03-29T03:20:00+02:00", "2026-03-30T02:10:00+02:00"]
    );
}

#[rstest]
// 2026-10-04 02:00 → 02:30, and 2026-04-05 02:00 → 01:30.
#[case("15 2 4 10 *", &["2026-10-04T02:30:00+11:00"])]
#[case("45 1 5 4 *", &["2026-04-05T01:45:00+11:00", "2027-04-05T01:45:00+10:30"])]
#[case("*/15 1 5 4 *", &[
    "2026-04-05T01:00:00+11:00", "2026-04-05T01:15:00+11:00", "2026-04-05T01:30:00+11:00",
    "2026-04-05T01:45:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:45:00+10:30",
    "2027-04-05T01:00:00+10:30"])]
fn half_an_hour_on_lord_howe(#[case] expression: &str, #[case] expected: &[&str]) {
    let rule = cron("Australia/Lord_Howe", expression);
    assert_eq!(next(&rule, "2026-01-01T00:00:00Z", expected.len()), expected);
}

#[rstest]
// There was no 2011-12-30: nothing happens for it, fixed or not, as for a 30th of February.
#[case("0 9 * * *", &["2011-12-29T09:00:00-10:00", "2011-12-31T09:00:00+14:00"])]
#[case("0 9 30 * *", &["2012-01-30T09:00:00+14:00"])]
#[case("0 9 * * fri", &["2012-01-06T09:00:00+14:00"])]
#[case("0 */12 * * *", &[
    "2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"])]
#[case("0 0 31 12 *", &["2011-12-31T00:00:00+14:00"])]
fn the_day_that_apia_did_not_have(#[case] expression: &str, #[case] expected: &[&str]) {
    let rule = cron("Pacific/Apia", expression);
    assert_eq!(next(&rule, "2011-12-29T18:00:00Z", expected.len()), expected);
}

#[test]
fn a_gap_of_three_hours_is_made_up_for() {
    // Casey station: 2020-10-04 00:01 → 03:01.
    let rule = cron("Antarctica/Casey", "30 1 * * *");
    assert_eq!(next(&rule, "2020-10-03T00:00:00Z", 1), ["2020-10-04T03:01:00+11:00"]);
}

#[test]
fn an_odd_gap_ends_in_the_middle_of_a_minute() {
    // Monrovia gave up its own -00:44:30, which RFC 3339 can only round, on 1972-01-07 00:00.
    let rule = cron("Africa/Monrovia", "15 0 * * *");
    assert_eq!(
        next(&rule, "1972-01-06T00:00:00Z", 3),
        ["1972-01-06T00:15:00-00:45", "1972-01-07T00:44:30+00:00", "1972-01-08T00:15:00+00:00"]
    );
}

#[test]
fn a_day_that_begins_twice_is_excluded_both_times() {
    // Havana: 2026-11-01 01:00 → 00:00; the Azores of 2026-10-25: 01:00 → 00:00.
    let mut rule = cron("America/Havana", "30 * * * *");
    rule.exclude = serde_json::from_value(json!([{"from": "2026-11-01"}])).unwrap();
    assert_eq!(
        next(&rule, "2026-11-01T03:00:00Z", 2),
        ["2026-10-31T23:30:00-04:00", "2026-11-02T00:30:00-05:00"]
    );
}

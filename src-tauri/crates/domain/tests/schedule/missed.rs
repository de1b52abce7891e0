//! P8: what is made of the instants that passed while nothing ran.

use crate::making::{at, cron, recurrence, recurring};
use aegis_domain::Timestamp;
use aegis_domain::schedule::{Due, Misfire, Missed, Policies, Schedule, due, next_due};
use chrono::TimeDelta;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

const NOW: &str = "2026-11-21T12:00:30Z";

fn every_ten_minutes(misfire: Misfire, deadline: Option<u64>) -> Schedule {
    let mut rule = cron("UTC", "*/10 * * * *");
    rule.policies = Policies { misfire, start_deadline_secs: deadline, ..Policies::default() };
    recurring(rule)
}

/// What was made: how many instants, and the first of them; what was skipped: how many, whether
/// there are more, and why.
type Seen = (usize, Option<Timestamp>, Option<(u64, bool, Missed)>);

fn seen(due: &Due) -> Seen {
    let skipped = due.skipped.as_ref().map(|range| (range.count, range.at_least, range.why));
    (due.instants.len(), due.instants.first().copied(), skipped)
}

#[rstest]
// Off for a minute, in which 12:00:00 came.
#[case(1, Misfire::Skip, None, (1, "2026-11-21T12:00:00Z"), None)]
#[case(1, Misfire::RunOnce, None, (1, "2026-11-21T12:00:00Z"), None)]
#[case(1, Misfire::RunAll { at_most: 3 }, None, (1, "2026-11-21T12:00:00Z"), None)]
#[case(1, Misfire::RunOnce, Some(20), (0, ""), Some((1, false, Missed::StartDeadline)))]
// Off for an hour: 11:10 to 12:00.
#[case(60, Misfire::Skip, None, (1, "2026-11-21T12:00:00Z"), Some((5, false, Missed::Misfire)))]
#[case(60, Misfire::RunOnce, None, (1, "2026-11-21T12:00:00Z"), Some((5, false, Missed::Misfire)))]
#[case(60, Misfire::RunAll { at_most: 3 }, None,
    (3, "2026-11-21T11:40:00Z"), Some((3, false, Missed::Misfire)))]
#[case(60, Misfire::RunAll { at_most: 1000 }, None, (6, "2026-11-21T11:10:00Z"), None)]
#[case(60, Misfire::RunAll { at_most: 1000 }, Some(1300),
    (3, "2026-11-21T11:40:00Z"), Some((3, false, Missed::StartDeadline)))]
#[case(60, Misfire::RunAll { at_most: 2 }, Some(1300),
    (2, "2026-11-21T11:50:00Z"), Some((4, false, Missed::Misfire)))]
#[case(60, Misfire::Skip, Some(20), (0, ""), Some((6, false, Missed::StartDeadline)))]
// Off for 8 days: 1152 instants.
#[case(8 * 1440, Misfire::Skip, None,
    (1, "2026-11-21T12:00:00Z"), Some((1151, false, Missed::Misfire)))]
#[case(8 * 1440, Misfire::RunOnce, None,
    (1, "2026-11-21T12:00:00Z"), Some((1151, false, Missed::Misfire)))]
#[case(8 * 1440, Misfire::RunAll { at_most: 1000 }, None,
    (1000, "2026-11-14T13:30:00Z"), Some((152, false, Missed::Misfire)))]
#[case(8 * 1440, Misfire::RunOnce, Some(300),
    (1, "2026-11-21T12:00:00Z"), Some((1151, false, Missed::StartDeadline)))]
// Off for 400 days: 57,600 instants, of which 10,000 are counted.
#[case(400 * 1440, Misfire::Skip, None,
    (1, "2026-11-21T12:00:00Z"), Some((10_000, true, Missed::Misfire)))]
#[case(400 * 1440, Misfire::RunOnce, None,
    (1, "2026-11-21T12:00:00Z"), Some((10_000, true, Missed::Misfire)))]
#[case(400 * 1440, Misfire::RunAll { at_most: 1000 }, None,
    (1000, "2026-11-14T13:30:00Z"), Some((10_000, true, Missed::Misfire)))]
#[case(400 * 1440, Misfire::RunAll { at_most: 10 }, Some(1300),
    (3, "2026-11-21T11:40:00Z"), Some((10_000, true, Missed::StartDeadline)))]
fn off_for_a_while(
    #[case] minutes: i64,
    #[case] misfire: Misfire,
    #[case] deadline: Option<u64>,
    #[case] made: (usize, &str),
    #[case] skipped: Option<(u64, bool, Missed)>,
) {
    let now = at(NOW);
    let cursor = now - TimeDelta::minutes(minutes);
    let due = due(&every_ten_minutes(misfire, deadline), cursor, now).unwrap();
    let first = (made.0 > 0).then(|| at(made.1));
    assert_eq!(seen(&due), (made.0, first, skipped));
    assert_eq!(due.next, Some(at("2026-11-21T12:10:00Z")));
    if let Some(range) = due.skipped {
        // The range begins with the first instant after the cursor and ends right before the first
        // that is made.
        assert_eq!(Some(range.from), next_due(&every_ten_minutes(misfire, deadline), cursor));
        let after = next_due(&every_ten_minutes(misfire, deadline), range.to).unwrap();
        assert_eq!(after, first.unwrap_or(at("2026-11-21T12:10:00Z")));
    }
}

#[rstest]
#[case(0, 1, 0)]
#[case(60, 1, 0)]
#[case(61, 0, 1)]
fn skip_has_a_grace_of_a_minute(#[case] late: i64, #[case] made: usize, #[case] skipped: u64) {
    let schedule = every_ten_minutes(Misfire::Skip, None);
    let instant = at("2026-11-21T12:00:00Z");
    let cursor = instant - TimeDelta::minutes(1);
    let due = due(&schedule, cursor, instant + TimeDelta::seconds(late)).unwrap();
    assert_eq!((due.instants.len(), due.skipped.map_or(0, |r| r.count)), (made, skipped));
}

#[test]
fn nothing_is_due_before_the_cursor() {
    let schedule = every_ten_minutes(Misfire::RunAll { at_most: 1000 }, None);
    let (cursor, earlier) = (at(NOW), at("2026-11-20T11:59:00Z"));
    for now in [cursor, earlier] {
        let due = due(&schedule, cursor, now).unwrap();
        assert_eq!((due.instants.len(), due.skipped), (0, None));
        assert_eq!(due.next, next_due(&schedule, now));
    }
}

#[test]
fn an_instant_is_due_when_it_comes_and_not_again() {
    let schedule = every_ten_minutes(Misfire::RunOnce, None);
    let instant = at("2026-11-21T12:00:00Z");
    let before = instant - TimeDelta::nanoseconds(1);
    assert!(due(&schedule, at("2026-11-21T11:55:00Z"), before).unwrap().instants.is_empty());
    assert_eq!(due(&schedule, before, instant).unwrap().instants, [instant]);
    assert!(due(&schedule, instant, at(NOW)).unwrap().instants.is_empty());
}

#[rstest]
#[case(json!({}), 3600, 1, None)]
#[case(json!({"misfire": {"policy": "skip"}}), 30, 1, None)]
#[case(json!({"misfire": {"policy": "skip"}}), 3600, 0, Some(Missed::Misfire))]
#[case(json!({"misfire": {"policy": "run_all", "at_most": 5}}), 3600, 1, None)]
#[case(json!({"start_deadline_secs": 300}), 300, 1, None)]
#[case(json!({"start_deadline_secs": 300}), 301, 0, Some(Missed::StartDeadline))]
#[case(json!({}), 0, 1, None)]
#[case(json!({}), -1, 0, None)]
fn one_instant_has_policies_too(
    #[case] policies: serde_json::Value,
    #[case] late: i64,
    #[case] made: usize,
    #[case] why: Option<Missed>,
) {
    let instant = at("2026-11-21T12:00:00Z");
    let policies = serde_json::from_value(policies).unwrap();
    let schedule = Schedule::At { at: instant, policies };
    let now = instant + TimeDelta::seconds(late);
    let due = due(&schedule, instant - TimeDelta::days(1), now).unwrap();
    assert_eq!(due.instants, vec![instant; made]);
    assert_eq!(
        due.skipped.as_ref().map(|r| (r.from, r.to, r.count, r.why)),
        why.map(|why| (instant, instant, 1, why))
    );
    assert_eq!(due.next, (late < 0).then_some(instant));
}

#[test]
fn what_has_no_time_is_never_due() {
    for schedule in [Schedule::Now, Schedule::Manual, Schedule::After] {
        assert_eq!(due(&schedule, at("2000-01-01T00:00:00Z"), at(NOW)).unwrap(), Due::default());
        assert_eq!(next_due(&schedule, at(NOW)), None);
    }
}

#[test]
fn an_unreadable_schedule_is_told() {
    let nowhere = recurring(cron("Mars/Olympus", "0 9 * * *"));
    assert_eq!(due(&nowhere, at(NOW), at(NOW)).unwrap_err().field, "schedule.zone");
    assert_eq!(next_due(&nowhere, at(NOW)), None);
    let wrong = recurring(cron("UTC", "61 * * * *"));
    assert_eq!(due(&wrong, at(NOW), at(NOW)).unwrap_err().field, "schedule.rule");
}

fn policies() -> impl Strategy<Value = (Misfire, Option<u64>)> {
    let misfire = prop_oneof![
        Just(Misfire::Skip),
        Just(Misfire::RunOnce),
        (1u32..50).prop_map(|at_most| Misfire::RunAll { at_most }),
    ];
    (misfire, proptest::option::of(1u64..20_000))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// However often somebody asks, and however long nobody does: every instant is made or skipped,
    /// once.
    #[test]
    fn every_instant_is_made_or_skipped_once(
        (misfire, deadline) in policies(),
        pauses in proptest::collection::vec(prop_oneof![1i64..100, 1i64..50_000], 1..30),
        secs in 50u64..5000,
    ) {
        let mut rule = recurrence("Europe/Berlin", json!({"type": "every", "secs": secs}));
        rule.policies = Policies { misfire, start_deadline_secs: deadline, ..Policies::default() };
        let begin = at("2026-03-28T00:00:00Z");
        rule.starts = Some(begin);
        let calendar = rule.compile().unwrap();
        let schedule = recurring(rule);
        let mut cursor = begin;
        for pause in pauses {
            let now = cursor + TimeDelta::seconds(pause);
            let due = due(&schedule, cursor, now).unwrap();
            let mut expected: Vec<Timestamp> = calendar.between(cursor, now).collect();
            let made = expected.split_off(expected.len() - due.instants.len());
            prop_assert_eq!(&due.instants, &made);
            let skipped = due.skipped.as_ref().map(|r| (r.from, r.to, r.count));
            let told = expected.first().map(|first| (*first, expected[expected.len() - 1], expected.len() as u64));
            prop_assert_eq!(skipped, told);
            for instant in &made {
                let late = (now - *instant).num_seconds() as u64;
                prop_assert!(deadline.is_none_or(|deadline| late <= deadline));
                prop_assert!(misfire != Misfire::Skip || late <= 60);
            }
            prop_assert_eq!(due.next, calendar.next(now));
            cursor = now;
        }
    }
}

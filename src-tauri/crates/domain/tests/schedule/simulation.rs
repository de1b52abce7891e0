//! B7: what a downtime or a change of the clocks would do.

use crate::making::{at, cron, recurring};
use aegis_domain::Timestamp;
use aegis_domain::schedule::{
    ClockChange, Misfire, Schedule, Simulated, SimulatedKind, due, next_due, simulate,
};
use chrono::TimeDelta;
use serde_json::json;

fn hourly(misfire: Misfire) -> Schedule {
    let mut rule = cron("Europe/Berlin", "0 * * * *");
    rule.policies.misfire = misfire;
    recurring(rule)
}

fn told(simulated: &[Simulated]) -> Vec<String> {
    simulated
        .iter()
        .map(|s| match &s.what {
            SimulatedKind::Fires { at } => {
                assert_eq!(*at, s.instant);
                format!("{} fires", &s.local[5..16])
            }
            SimulatedKind::FiresLate { at } => {
                format!("{} fires at {}", &s.local[5..16], at.format("%H:%MZ"))
            }
            SimulatedKind::SkippedRange(range) => {
                format!("{} and so on: {} skipped", &s.local[5..16], range.count)
            }
        })
        .collect()
}

#[test]
fn a_downtime_by_policy() {
    let (from, until) = (at("2026-11-21T08:30:00Z"), at("2026-11-21T14:00:00Z"));
    let down = [(at("2026-11-21T09:30:00Z"), at("2026-11-21T12:30:00Z"))];
    let told = |misfire| told(&simulate(&hourly(misfire), from, until, &down, 100).unwrap());
    assert_eq!(
        told(Misfire::RunOnce),
        [
            "11-21T10:00 fires",
            "11-21T11:00 and so on: 2 skipped",
            "11-21T13:00 fires at 12:30Z",
            "11-21T14:00 fires",
            "11-21T15:00 fires"
        ]
    );
    assert_eq!(
        told(Misfire::Skip),
        [
            "11-21T10:00 fires",
            "11-21T11:00 and so on: 3 skipped",
            "11-21T14:00 fires",
            "11-21T15:00 fires"
        ]
    );
    assert_eq!(
        told(Misfire::RunAll { at_most: 10 }),
        [
            "11-21T10:00 fires",
            "11-21T11:00 fires at 12:30Z",
            "11-21T12:00 fires at 12:30Z",
            "11-21T13:00 fires at 12:30Z",
            "11-21T14:00 fires",
            "11-21T15:00 fires"
        ]
    );
}

#[test]
fn downtimes_may_touch_and_come_in_any_order() {
    let schedule = hourly(Misfire::RunOnce);
    let (from, until) = (at("2026-11-21T08:30:00Z"), at("2026-11-21T14:30:00Z"));
    let [a, b, c, d] =
        ["09:30", "11:00", "12:00", "13:00"].map(|t| at(&format!("2026-11-21T{t}:00Z")));
    let apart = simulate(&schedule, from, until, &[(b, d), (d, c), (a, c), (a, b)], 100).unwrap();
    assert_eq!(apart, simulate(&schedule, from, until, &[(a, d)], 100).unwrap());
    // The downtime ends as an instant comes: that one is on time.
    assert_eq!(told(&apart)[2], "11-21T14:00 fires");
    assert_eq!(simulate(&schedule, from, until, &[], 3).unwrap().len(), 3);
    assert_eq!(simulate(&schedule, from, from, &[], 3).unwrap(), []);
    assert_eq!(simulate(&schedule, from, until, &[], 0).unwrap(), []);
}

#[test]
fn a_downtime_that_does_not_end_leaves_nothing_to_tell() {
    let from = at("2026-11-21T08:30:00Z");
    let down = [(from + TimeDelta::hours(1), from + TimeDelta::days(9))];
    let simulated =
        simulate(&hourly(Misfire::RunOnce), from, from + TimeDelta::days(1), &down, 100).unwrap();
    assert_eq!(told(&simulated), ["11-21T10:00 fires"]);
}

#[test]
fn the_scheduler_itself_would_do_the_same() {
    for misfire in [Misfire::Skip, Misfire::RunOnce, Misfire::RunAll { at_most: 5 }] {
        let mut rule = cron("Europe/Berlin", "*/7 1-4 * * *");
        rule.policies.misfire = misfire;
        rule.policies.start_deadline_secs = Some(1800);
        let schedule = recurring(rule);
        let (from, until) = (at("2026-10-24T00:00:00Z"), at("2026-10-27T00:00:00Z"));
        let hour = |h: i64| from + TimeDelta::minutes(h * 60 + 5);
        let down = [(hour(2), hour(3)), (hour(23), hour(25)), (hour(49), hour(60))];
        let simulated = simulate(&schedule, from, until, &down, 10_000).unwrap();
        // A scheduler that looks every second while it runs.
        let mut made: Vec<(Timestamp, Timestamp)> = Vec::new();
        let mut cursor = from;
        let mut next = next_due(&schedule, cursor);
        let mut now = from;
        while now < until {
            now += TimeDelta::seconds(1);
            let runs = !down.iter().any(|(a, b)| *a <= now && now < *b);
            if runs && next.is_some_and(|next| next <= now) {
                let due = due(&schedule, cursor, now).unwrap();
                made.extend(due.instants.into_iter().map(|instant| (instant, now)));
                next = due.next;
                cursor = now;
            }
        }
        let fired: Vec<_> = simulated
            .iter()
            .filter_map(|s| match s.what {
                SimulatedKind::Fires { at } | SimulatedKind::FiresLate { at } => {
                    Some((s.instant, at))
                }
                SimulatedKind::SkippedRange(_) => None,
            })
            .collect();
        assert!(fired.len() > 50);
        assert_eq!(fired, made);
    }
}

#[test]
fn changes_of_the_clocks_are_told() {
    let fixed = recurring(cron("Europe/Berlin", "15,30 2 * * *"));
    let spring =
        simulate(&fixed, at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z"), &[], 9).unwrap();
    assert_eq!(spring.len(), 1);
    assert_eq!(spring[0].local, "2026-03-29T03:00:00+02:00");
    let meant = "2026-03-29T02:30:00".parse().unwrap();
    assert_eq!(spring[0].clocks, Some(ClockChange::Skipped { meant }));
    let wild = recurring(cron("Europe/Berlin", "0 * * * *"));
    let autumn =
        simulate(&wild, at("2026-10-24T23:30:00Z"), at("2026-10-25T02:30:00Z"), &[], 9).unwrap();
    let clocks: Vec<_> = autumn.iter().map(|s| (&s.local[11..], s.clocks.clone())).collect();
    assert_eq!(
        clocks,
        [
            ("02:00:00+02:00", Some(ClockChange::FirstOfTwo)),
            ("02:00:00+01:00", Some(ClockChange::SecondOfTwo)),
            ("03:00:00+01:00", None),
        ]
    );
}

#[test]
fn an_answer_has_a_flat_form() {
    let schedule = Schedule::at(at("2026-11-21T10:00:00Z"));
    let (from, until) = (at("2026-11-21T08:30:00Z"), at("2026-11-21T14:00:00Z"));
    let down = [(at("2026-11-21T09:30:00Z"), at("2026-11-21T12:30:00Z"))];
    let simulated = simulate(&schedule, from, until, &down, 100).unwrap();
    let form = json!([{
        "instant": "2026-11-21T10:00:00Z", "local": "2026-11-21T10:00:00+00:00",
        "what": "fires_late", "at": "2026-11-21T12:30:00Z",
    }]);
    assert_eq!(serde_json::to_value(&simulated).unwrap(), form);
    assert_eq!(serde_json::from_value::<Vec<Simulated>>(form).unwrap(), simulated);
    let skipped = simulate(&hourly(Misfire::Skip), from, until, &down, 2).unwrap();
    let form = serde_json::to_value(&skipped[1]).unwrap();
    assert_eq!(form["what"], "skipped_range");
    assert_eq!(form["count"], 3);
    assert_eq!(serde_json::from_value::<Simulated>(form).unwrap(), skipped[1]);
}

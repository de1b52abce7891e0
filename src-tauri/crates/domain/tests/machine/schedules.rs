//! Schedules at work: what is made, what is missed, what overlaps.

use crate::story::{Story, broken, good, task, you};
use crate::world::instant;
use aegis_domain::machine::{Command, Refused, RunRef};
use aegis_domain::schedule::{Misfire, Overlap, Policies, Recurrence, Rule, ZoneName};
use aegis_domain::{
    Blocker, Cause, EventKind, NewTask, Occurrence, Outcome, RunId, Schedule, SkipReason, State,
    StateName, TaskEdit, TaskId, TaskStatus,
};
use chrono::TimeDelta;
use rstest::rstest;
use std::collections::BTreeSet;

fn every(secs: u64, policies: Policies) -> Schedule {
    let rule = Rule::Every { secs, within: None };
    let mut recurrence = Recurrence::new(rule, ZoneName::default());
    recurrence.policies = policies;
    Schedule::Recurring(Box::new(recurrence))
}

fn minutely(story: &mut Story, policies: Policies) -> TaskId {
    story.create(NewTask { schedule: every(60, policies), ..task("tick") })
}

fn skipped_counts(story: &Story) -> Vec<u64> {
    let kinds = story.world.events.iter().map(|e| &e.kind);
    kinds
        .filter_map(|kind| match kind {
            EventKind::InstantsSkipped { range } => Some(range.count),
            _ => None,
        })
        .collect()
}

#[test]
fn an_instant_becomes_one_occurrence() {
    let mut story = Story::new();
    let id = minutely(&mut story, Policies::default());
    for round in 1..=3 {
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
        story.advance(id);
        assert_eq!(story.all(id).len(), round);
        story.run(story.newest(id).id, good());
    }
    assert!(skipped_counts(&story).is_empty());
    assert!(story.all(id).iter().all(|o| o.cause == Cause::Schedule));
}

/// P8: every downtime × every policy × with and without a start deadline.
#[test]
fn after_every_downtime_the_policy_decides() {
    let minute = TimeDelta::minutes(1);
    let downtimes = [minute, TimeDelta::hours(1), TimeDelta::days(8), TimeDelta::days(400)];
    let mut cases = 0;
    for down in downtimes {
        let missed = usize::try_from(down.num_minutes()).unwrap();
        for at_most in [None, Some(0), Some(1), Some(5), Some(1000)] {
            for deadline in [None, Some(90), Some(1800)] {
                let misfire = match at_most {
                    None => Misfire::RunOnce,
                    Some(0) => Misfire::Skip,
                    Some(at_most) => Misfire::RunAll { at_most },
                };
                let policies =
                    Policies { misfire, start_deadline_secs: deadline, ..Policies::default() };
                let mut story = Story::new();
                let id = minutely(&mut story, policies);
                story.wait(down);
                story.advance(id);
                // Not older than the deadline are this many of the missed ones.
                let fresh = deadline.map_or(missed, |secs| {
                    missed.min(usize::try_from(u64::div_ceil(secs, 60)).unwrap())
                });
                let expected = match misfire {
                    Misfire::RunAll { at_most } => fresh.min(usize::try_from(at_most).unwrap()),
                    Misfire::RunOnce | Misfire::Skip => 1,
                };
                let made = story.all(id).len();
                assert_eq!(made, expected, "{down} {misfire:?} {deadline:?}");
                let instants: BTreeSet<_> = story.all(id).iter().map(|o| o.instant).collect();
                assert_eq!(instants.len(), made, "none twice");
                let left: u64 = skipped_counts(&story).iter().sum();
                let rest = u64::try_from(missed - made).unwrap().min(10_000);
                assert_eq!(left, rest, "{down} {misfire:?} {deadline:?}: the rest is one range");
                cases += 1;
            }
        }
    }
    println!("promise P8 {cases} downtimes × policies × deadlines, 0 made twice or lost");
}

#[rstest]
#[case(TimeDelta::minutes(1), 1)]
#[case(TimeDelta::hours(1), 60)]
#[case(TimeDelta::days(8), 8 * 24 * 60)]
#[case(TimeDelta::days(400), 400 * 24 * 60)]
fn after_a_downtime_the_latest_is_made_up_for(#[case] down: TimeDelta, #[case] missed: u64) {
    let mut story = Story::new();
    let once = minutely(&mut story, Policies::default());
    let skip = Policies { misfire: Misfire::Skip, ..Policies::default() };
    let skip = minutely(&mut story, skip);
    let all = Policies { misfire: Misfire::RunAll { at_most: 3 }, ..Policies::default() };
    let all = minutely(&mut story, all);
    story.wait(down);
    for id in [once, skip, all] {
        story.advance(id);
    }
    assert_eq!(story.all(once).len(), 1);
    // The latest is less than a minute old here, so even a policy of skipping runs it.
    assert!(story.all(skip).len() <= 1);
    let made = u64::try_from(story.all(all).len()).unwrap();
    assert_eq!(made, missed.min(3));
    let counts = skipped_counts(&story);
    assert!(counts.iter().all(|c| *c <= missed), "{counts:?}");
    if missed > 3 {
        assert!(counts.contains(&(missed - 1).min(10_000)), "{counts:?} of {missed}");
    }
}

#[test]
fn what_is_made_up_for_runs_one_after_the_other() {
    let mut story = Story::new();
    let all = Policies { misfire: Misfire::RunAll { at_most: 3 }, ..Policies::default() };
    let id = minutely(&mut story, all);
    story.wait(TimeDelta::hours(1));
    story.advance(id);
    assert_eq!(story.states(id), [StateName::Queued, StateName::Blocked, StateName::Blocked]);
    for _ in 0..3 {
        let next = story.all(id).into_iter().find(|o| o.state.name() == StateName::Queued);
        let next = next.unwrap().id;
        story.run(next, good());
    }
    assert_eq!(story.states(id), [StateName::Completed; 3]);
}

#[test]
fn an_overlap_is_skipped_allowed_or_replaces() {
    for (overlap, expected) in [
        (Overlap::Forbid, StateName::Skipped),
        (Overlap::Allow, StateName::Queued),
        (Overlap::Replace, StateName::Blocked),
    ] {
        let mut story = Story::new();
        let id = minutely(&mut story, Policies { overlap, ..Policies::default() });
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
        let first = story.newest(id).id;
        let run = story.start(first);
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
        let second = story.newest(id);
        assert_eq!(second.state.name(), expected, "{overlap:?}");
        match &second.state {
            State::Skipped { why, .. } => assert_eq!(*why, SkipReason::Overlap),
            State::Blocked { by, .. } => {
                assert_eq!(*by, [Blocker::Occurrence { occurrence: first }]);
                assert!(story.world.occurrences[&first].cancel.is_some());
                story.finish(run, aegis_domain::Outcome::Cancelled).unwrap();
                assert_eq!(story.newest(id).state.name(), StateName::Queued);
            }
            _ => {}
        }
    }
}

/// P9: a thousand instants meet work that has not ended, with each policy.
#[test]
fn a_thousand_overlaps_leave_one_at_work() {
    for overlap in [Overlap::Forbid, Overlap::Replace, Overlap::Allow] {
        let mut story = Story::new();
        let id = minutely(&mut story, Policies { overlap, ..Policies::default() });
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
        story.start(story.newest(id).id);
        let mut most_at_work = 1;
        for _ in 0..1000 {
            story.wait(TimeDelta::seconds(60));
            story.advance(id);
            // The engine heeds what it is told: it ends what was called off, and starts the next.
            let called_off: Vec<_> =
                story.all(id).iter().filter(|o| o.cancel.is_some()).map(|o| o.id).collect();
            for occurrence in called_off {
                let run = story.world.occurrences[&occurrence].state.live_run().unwrap();
                let run = RunRef { run, token: story.world.runs[&run].token };
                story.finish(run, Outcome::Cancelled).unwrap();
            }
            let newest = story.newest(id);
            if newest.state.name() == StateName::Queued {
                story.start(newest.id);
            }
            let at_work = |o: &&&Occurrence| o.state.name() == StateName::Executing;
            most_at_work = most_at_work.max(story.all(id).iter().filter(at_work).count());
        }
        let count = |state| story.states(id).into_iter().filter(|s| *s == state).count();
        let (skipped, cancelled) = (count(StateName::Skipped), count(StateName::Cancelled));
        let expected = match overlap {
            Overlap::Forbid => (1, 1000, 0),
            Overlap::Replace => (1, 0, 1000),
            Overlap::Allow => (1001, 0, 0),
        };
        assert_eq!((most_at_work, skipped, cancelled), expected, "{overlap:?}");
    }
    println!("promise P9 3000 overlaps by three policies, 0 against the policy");
}

#[test]
fn a_clock_that_is_put_back_makes_nothing_twice_and_goes_on() {
    let mut story = Story::new();
    story.wait(TimeDelta::days(4000));
    let id = minutely(&mut story, Policies { overlap: Overlap::Allow, ..Policies::default() });
    for _ in 0..5 {
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
    }
    assert_eq!(story.all(id).len(), 5);
    story.wait(TimeDelta::seconds(-180));
    story.advance(id);
    for _ in 0..4 {
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
    }
    // Three of the four instants had been made before.
    assert_eq!(story.all(id).len(), 6);
    story.wait(TimeDelta::days(-3650));
    story.advance(id);
    let next = story.world.tasks[&id].next_due.unwrap();
    assert!(next - story.now() <= TimeDelta::seconds(60), "it goes on from the new now");
}

#[test]
fn what_waits_does_not_wait_for_a_moment_of_before_the_clock_was_put_back() {
    let mut story = Story::new();
    story.wait(TimeDelta::days(4000));
    let id = story.create(task("tries again"));
    let occurrence = story.only(id).id;
    story.run(occurrence, broken());
    let claim = |story: &mut Story| {
        let (run, agent) = (RunId(story.ctx().uuid()), "here".to_owned());
        story.tell(Command::Claim { occurrence, run, agent, fingerprint: None, at_once: vec![] })
    };
    assert!(claim(&mut story).is_err(), "its moment has not come");
    story.wait(TimeDelta::days(-3650));
    claim(&mut story).unwrap();
}

#[test]
fn what_starts_too_late_expires() {
    let mut story = Story::new();
    let policies = Policies { start_deadline_secs: Some(300), ..Policies::default() };
    let id = minutely(&mut story, policies);
    story.wait(TimeDelta::seconds(60));
    story.advance(id);
    let late = story.newest(id);
    assert_eq!(late.expires_at, late.instant.map(|at| at + TimeDelta::seconds(300)));
    story.wait(TimeDelta::seconds(301));
    story.try_claim(late.id);
    assert_eq!(story.world.occurrences[&late.id].state.name(), StateName::Expired);
}

#[test]
fn jitter_puts_the_start_off_and_leaves_the_instant() {
    let mut story = Story::new();
    let id = minutely(&mut story, Policies { jitter_secs: 30, ..Policies::default() });
    let mut offsets = std::collections::BTreeSet::new();
    for _ in 0..20 {
        story.wait(TimeDelta::seconds(60));
        story.advance(id);
        let made = story.newest(id);
        let offset = made.not_before - made.instant.unwrap();
        assert!(TimeDelta::zero() <= offset && offset <= TimeDelta::seconds(30));
        offsets.insert(offset);
        story.tell(Command::Cancel { occurrence: made.id, by: you() }).unwrap();
    }
    assert!(offsets.len() > 5, "{offsets:?}");
}

#[test]
fn a_paused_task_makes_nothing_and_makes_up_for_nothing() {
    let mut story = Story::new();
    let id = minutely(&mut story, Policies::default());
    let set = |active| Command::SetActive { task: id, active, by: you() };
    story.tell(set(false)).unwrap();
    assert_eq!(story.tell(set(false)), Err(Refused::SameStatus { state: "paused" }));
    assert_eq!(story.world.tasks[&id].next_due, None);
    story.wait(TimeDelta::hours(2));
    assert_eq!(story.tell(Command::Advance { task: id }), Err(Refused::NotActive));
    story.trigger(id).unwrap();
    story.run(story.newest(id).id, good());
    story.tell(set(true)).unwrap();
    story.advance(id);
    assert_eq!(story.all(id).len(), 1);
    let next = story.world.tasks[&id].next_due.unwrap();
    assert!(next > story.now() && next <= story.now() + TimeDelta::seconds(60));
    assert_eq!(story.world.tasks[&id].status, TaskStatus::Active);
}

#[test]
fn a_new_schedule_begins_now_and_an_old_instant_never_comes_twice() {
    let mut story = Story::new();
    let (early, late) = (instant(60_000), instant(120_000));
    let id = story.create(NewTask { schedule: Schedule::at(early), ..task("once") });
    let to = |at| {
        let schedule = serde_json::to_value(Schedule::at(at)).unwrap();
        let edit = TaskEdit::default().set("schedule", schedule);
        Command::EditTask { task: id, edit, by: you() }
    };
    story.tell(to(late)).unwrap();
    story.tell(to(early)).unwrap();
    assert_eq!(story.world.tasks[&id].next_due, Some(early));
    story.wait(TimeDelta::seconds(61));
    story.advance(id);
    story.run(story.only(id).id, good());
    let past = story.tell(to(early));
    assert!(matches!(past, Err(Refused::Invalid(_) | Refused::NoChange)), "{past:?}");
    story.tell(to(late)).unwrap();
    story.wait(TimeDelta::seconds(60));
    story.advance(id);
    assert_eq!(story.all(id).len(), 2);
}

#[test]
fn the_next_time_can_be_left_out() {
    let mut story = Story::new();
    let id = minutely(&mut story, Policies::default());
    let next = story.world.tasks[&id].next_due.unwrap();
    story.tell(Command::SkipNext { task: id, by: you() }).unwrap();
    let State::Skipped { why, .. } = story.only(id).state else { panic!() };
    assert_eq!(why, SkipReason::Asked);
    assert_eq!(story.world.tasks[&id].next_due, Some(next + TimeDelta::seconds(60)));
    story.wait(TimeDelta::seconds(61));
    story.advance(id);
    assert_eq!(story.all(id).len(), 1, "the instant that was left out is not made");
    let once = NewTask { schedule: Schedule::at(story.now() + TimeDelta::hours(1)), ..task("x") };
    let once = story.create(once);
    story.tell(Command::SkipNext { task: once, by: you() }).unwrap();
    assert_eq!(story.only(once).state.name(), StateName::Cancelled);
    let again = story.tell(Command::SkipNext { task: once, by: you() });
    assert_eq!(again, Err(Refused::NothingDue));
}

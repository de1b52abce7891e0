//! Stories of one task with a known end.

use crate::story::{Story, broken, good, task, you};
use crate::world::instant;
use aegis_domain::machine::{Command, Refused, RunRef, Verdict};
use aegis_domain::{
    Backoff, ErrorCategory, EventKind, ExecutorName, Failure, FailureReason, FencingToken, NewTask,
    OnInterrupt, Outcome, QueueReason, ReviewKind, RunId, Schedule, State, StateName,
};
use chrono::TimeDelta;

#[test]
fn a_task_goes_all_the_way() {
    let mut story = Story::new();
    let id = story.create(task("build"));
    let occurrence = story.only(id);
    assert_eq!(occurrence.state.name(), StateName::Queued);
    let run = story.start(occurrence.id);
    story.finish(run, good()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
    let names: Vec<_> = story.world.events.iter().map(|e| e.kind.name()).collect();
    assert_eq!(
        names,
        [
            "task_created",
            "occurrence_created",
            "moved",
            "moved",
            "run_assigned",
            "moved",
            "run_ended",
            "moved"
        ]
    );
}

#[test]
fn what_starts_no_process_begins_when_it_is_claimed() {
    let mut story = Story::new();
    let id = story.create(task("look up"));
    let (occurrence, run) = (story.only(id).id, RunId(story.ctx().uuid()));
    let claim = |at_once: &[&str]| Command::Claim {
        occurrence,
        run,
        agent: "here".to_owned(),
        fingerprint: None,
        at_once: at_once.iter().map(|name| ExecutorName::new(*name)).collect(),
    };
    story.tell(claim(&["reminder", "shell"])).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Executing);
    let begun = story.world.runs[&run].clone();
    assert_eq!(begun.started_at, Some(story.now()));
    let states: Vec<_> =
        story.world.events.iter().filter_map(|e| e.run.and(Some(e.kind.name()))).collect();
    assert_eq!(states, ["moved", "run_assigned", "moved"], "both moves are on record");
    story.finish(RunRef { run, token: begun.token }, good()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
}

#[test]
fn a_failure_is_tried_again_as_often_as_the_task_says_and_later_each_time() {
    let mut story = Story::new();
    let id = story.create(NewTask { max_retries: Some(2), ..task("flaky") });
    for attempt in 1..=3 {
        let occurrence = story.only(id);
        let State::Queued { reason, not_before, .. } = occurrence.state else {
            panic!("attempt {attempt}: {:?}", occurrence.state)
        };
        let expected = if attempt == 1 { QueueReason::First } else { QueueReason::Retry };
        assert_eq!(reason, expected);
        story.wait(not_before - instant(story.millis) + TimeDelta::milliseconds(1));
        let run = story.start(occurrence.id);
        assert_eq!(story.world.runs[&run.run].number, attempt);
        story.finish(run, broken()).unwrap();
    }
    let State::Failed { why, category, .. } = story.only(id).state else { panic!() };
    assert_eq!((why, category), (FailureReason::RunFailed, ErrorCategory::CommandFailed));
}

#[test]
fn what_cannot_get_better_is_not_tried_again() {
    let mut story = Story::new();
    let id = story.create(task("typo"));
    let run = story.start(story.only(id).id);
    let failure = Failure::new(ErrorCategory::FileNotFound, "There is no program “mkae”.");
    story.finish(run, Outcome::Failed(failure)).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Failed);
}

#[test]
fn a_rate_limit_waits_without_spending_a_retry() {
    let mut story = Story::new();
    let id = story.create(NewTask { max_retries: Some(0), ..task("busy service") });
    let run = story.start(story.only(id).id);
    let failure = Failure::new(ErrorCategory::RateLimited, "Slow down.");
    story.finish(run, Outcome::Failed(failure)).unwrap();
    let occurrence = story.only(id);
    assert_eq!((occurrence.state.name(), occurrence.retries), (StateName::Queued, 0));
}

#[test]
fn a_service_that_says_when_is_not_asked_before() {
    let mut story = Story::new();
    let id = story.create(NewTask { max_retries: Some(0), ..task("busy service") });
    let run = story.start(story.only(id).id);
    let at = story.now() + TimeDelta::hours(1);
    let failure = Failure::new(ErrorCategory::RateLimited, "Slow down.").not_before(at);
    story.finish(run, Outcome::Failed(failure)).unwrap();
    let State::Queued { not_before, .. } = story.only(id).state else { panic!() };
    let late = not_before - at;
    assert!(late >= TimeDelta::zero() && late <= TimeDelta::seconds(2), "{late} later");
}

#[test]
fn a_task_says_how_its_waits_grow() {
    let mut longest = TimeDelta::zero();
    for seed in 0..50 {
        let mut story = Story::new();
        story.millis = seed;
        let backoff = Some(Backoff { base_secs: 600, max_secs: 700 });
        let id = story.create(NewTask { backoff, ..task("slow service") });
        for most in [600, 700, 700] {
            let occurrence = story.only(id);
            let State::Queued { not_before, .. } = occurrence.state else { panic!() };
            story.millis = story.millis.max((not_before - instant(0)).num_milliseconds());
            let run = story.start(occurrence.id);
            story.finish(run, broken()).unwrap();
            let State::Queued { not_before, .. } = story.only(id).state else { panic!() };
            let wait = not_before - story.now();
            assert!(wait <= TimeDelta::seconds(most), "{wait}");
            longest = longest.max(wait);
        }
    }
    assert!(longest > TimeDelta::seconds(600), "the second wait may be longer than the first");
}

#[test]
fn a_cancelled_run_is_cancelled_when_it_has_ended_not_before() {
    let mut story = Story::new();
    let id = story.create(task("long"));
    let occurrence = story.only(id).id;
    let run = story.start(occurrence);
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Executing);
    let asked = story.world.events.iter().filter(|e| e.kind == EventKind::CancelRequested);
    assert_eq!(asked.count(), 1, "an impatient second click is not a second request");
    story.finish(run, Outcome::Cancelled).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Cancelled);
    let again = story.tell(Command::Cancel { occurrence, by: you() });
    assert_eq!(again, Err(Refused::AlreadyEnded { state: StateName::Cancelled }));
}

#[test]
fn work_that_succeeded_before_the_cancel_reached_it_is_done() {
    let mut story = Story::new();
    let id = story.create(task("quick"));
    let occurrence = story.only(id).id;
    let run = story.start(occurrence);
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    story.finish(run, good()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
}

#[test]
fn three_crashes_in_a_row_are_a_crash_loop() {
    let mut story = Story::new();
    let id = story.create(task("takes the machine down"));
    for _ in 0..3 {
        let run = story.start(story.only(id).id);
        story.tell(Command::Interrupt { run: run.run }).unwrap();
    }
    let State::Failed { why, .. } = story.only(id).state else { panic!() };
    assert_eq!(why, FailureReason::CrashLoop);
}

#[test]
fn a_planned_stop_is_no_crash() {
    let mut story = Story::new();
    let id = story.create(task("long"));
    for _ in 0..5 {
        let run = story.start(story.only(id).id);
        story.finish(run, Outcome::Interrupted).unwrap();
    }
    assert_eq!(story.only(id).state.name(), StateName::Queued);
    assert_eq!(story.only(id).interruptions, 0);
}

#[test]
fn a_task_can_ask_or_fail_instead_of_running_again() {
    let mut story = Story::new();
    let ask = story.create(NewTask { on_interrupt: OnInterrupt::Ask, ..task("pay the bill") });
    let fail = story.create(NewTask { on_interrupt: OnInterrupt::Fail, ..task("send the mail") });
    for id in [ask, fail] {
        let run = story.start(story.only(id).id);
        story.tell(Command::Interrupt { run: run.run }).unwrap();
    }
    assert_eq!(story.only(ask).state.name(), StateName::Awaiting);
    assert_eq!(story.only(fail).state.name(), StateName::Failed);
}

#[test]
fn an_old_token_is_refused_and_changes_nothing() {
    let mut story = Story::new();
    let id = story.create(task("contested"));
    let old = story.start(story.only(id).id);
    story.tell(Command::Interrupt { run: old.run }).unwrap();
    let new = story.start(story.only(id).id);
    assert!(new.token > old.token);
    let before = story.only(id);
    let stale = story.finish(old, good());
    assert!(matches!(stale, Err(Refused::StaleToken { .. })), "{stale:?}");
    let forged = RunRef { run: new.run, token: FencingToken(new.token.0 + 1) };
    assert!(matches!(story.finish(forged, good()), Err(Refused::StaleToken { .. })));
    assert_eq!(story.only(id), before);
    story.finish(new, good()).unwrap();
}

#[test]
fn a_review_sends_work_back_three_times_at_most() {
    let mut story = Story::new();
    let id = story.create(NewTask { review_required: true, ..task("essay") });
    for round in 0..=3 {
        let run = story.start(story.only(id).id);
        story.finish(run, good()).unwrap();
        assert_eq!(story.only(id).state.name(), StateName::Reviewing, "round {round}");
        let verdict = Verdict::Reject { feedback: "Too short.".to_owned() };
        let occurrence = story.only(id).id;
        let (kind, score, by) = (ReviewKind::User, Some(20), you());
        story.tell(Command::Review { occurrence, verdict, kind, score, by }).unwrap();
    }
    assert_eq!(story.only(id).reviews.len(), 4);
    let State::Failed { why, .. } = story.only(id).state else { panic!() };
    assert_eq!(why, FailureReason::ReviewRejected);
}

#[test]
fn a_scheduled_task_waits_for_its_time_and_can_be_run_before_it() {
    let mut story = Story::new();
    let at = instant(60_000);
    let id = story.create(NewTask { schedule: Schedule::at(at), ..task("later") });
    assert_eq!(story.world.tasks[&id].next_due, Some(at));
    story.advance(id);
    assert_eq!(story.world.occurrences.len(), 0);
    story.trigger(id).unwrap();
    assert!(matches!(story.trigger(id), Err(Refused::AlreadyLive { .. })));
    let early = story.only(id).id;
    story.run(early, good());
    assert_eq!(story.world.tasks[&id].next_due, Some(at), "running now leaves the schedule alone");
    story.wait(TimeDelta::seconds(61));
    story.advance(id);
    let scheduled = story.newest(id);
    assert_eq!(scheduled.instant, Some(at));
    story.claim(scheduled.id);
    assert_eq!(story.world.tasks[&id].next_due, None);
}

#[test]
fn deleting_calls_off_what_is_live_and_can_be_taken_back() {
    let mut story = Story::new();
    let id = story.create(task("regretted"));
    story.tell(Command::DeleteTask { task: id, by: you() }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Cancelled);
    assert_eq!(story.trigger(id), Err(Refused::TaskDeleted));
    story.tell(Command::RestoreTask { task: id, by: you() }).unwrap();
    story.trigger(id).unwrap();
    let twice = Command::RestoreTask { task: id, by: you() };
    assert_eq!(story.tell(twice), Err(Refused::NotDeleted));
}

#[test]
fn a_task_for_a_person_is_marked_done_and_cannot_run() {
    let mut story = Story::new();
    let manual = NewTask { executor: None, schedule: Schedule::Manual, ..task("call grandmother") };
    let id = story.create(manual);
    assert_eq!(story.trigger(id), Err(Refused::NoExecutor));
    story.tell(Command::CompleteByHand { task: id, by: you() }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
}

#[test]
fn what_a_person_decides_holds_work_back_until_then() {
    let mut story = Story::new();
    let id = story.create(task("deploy"));
    let occurrence = story.only(id).id;
    let hold =
        |question: &str| Command::Hold { occurrence, question: question.to_owned(), by: you() };
    assert!(matches!(story.tell(hold(" ")), Err(Refused::Invalid(_))));
    story.tell(hold("Is Bob ready?")).unwrap();
    story.tell(Command::Reconsider { occurrence }).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Blocked);
    let release = Command::Release { occurrence, by: you() };
    story.tell(release.clone()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Queued);
    assert_eq!(story.tell(release), Err(Refused::NotHeld { state: StateName::Queued }));
}

#[test]
fn a_run_can_go_on_from_where_the_one_before_left_off() {
    use aegis_domain::{Artifact, Checkpoint, Kept, Progress, Report, Usage, Usd};
    let mut story = Story::new();
    let id = story.create(task("train"));
    let run = story.start(story.only(id).id);
    let now = story.now();
    let reports = [
        Report::Progress(Progress { percent: Some(40), step: None, done_at: Some(now) }),
        Report::Usage(Usage { input_tokens: 7, output_tokens: 2, cost: Usd::from_micros(90) }),
        Report::Checkpoint(Checkpoint { at: now, label: "epoch 1".to_owned(), data: 1.into() }),
        Report::Artifacts(vec![Artifact {
            path: "model.bin".to_owned(),
            bytes: 3,
            kept: Kept::Copy { sha256: "ab".repeat(32) },
        }]),
        Report::Session("s-1".to_owned()),
    ];
    for report in reports {
        story.tell(Command::Report { run, report }).unwrap();
    }
    let huge = Checkpoint { at: now, label: String::new(), data: "x".repeat(300_000).into() };
    let refused = story.tell(Command::Report { run, report: Report::Checkpoint(huge) });
    assert!(matches!(refused, Err(Refused::Invalid(_))), "{refused:?}");
    let first = story.world.runs[&run.run].clone();
    assert_eq!(first.usage.unwrap().input_tokens, 7);
    assert_eq!((first.checkpoints.len(), first.artifacts.len()), (1, 1));
    story.tell(Command::Interrupt { run: run.run }).unwrap();
    let next = story.start(story.only(id).id);
    let next = &story.world.runs[&next.run];
    assert_eq!(next.checkpoints, first.checkpoints);
    assert_eq!(next.session.as_deref(), Some("s-1"));
    assert!(next.artifacts.is_empty() && next.usage.is_none());
}

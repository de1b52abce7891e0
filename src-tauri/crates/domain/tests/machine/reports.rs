//! What a run says of itself, and how it is held at a checkpoint.

use crate::story::{Story, broken, good, task, you};
use aegis_domain::machine::{Command, Refused, RunRef};
use aegis_domain::{
    Artifact, Checkpoint, Kept, LeftOut, OccurrenceId, Outcome, Pause, Progress, QueueReason,
    Report, RunReason, State, StateName, TaskId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn said(percent: Option<u8>) -> Report {
    Report::Progress(Progress { percent, step: None, done_at: None })
}

fn checkpoint(story: &Story, data: Value) -> Report {
    Report::Checkpoint(Checkpoint { at: story.now(), label: "half".to_owned(), data })
}

fn at_work(story: &mut Story) -> (TaskId, OccurrenceId, RunRef) {
    let id = story.create(task("copy"));
    let occurrence = story.only(id).id;
    (id, occurrence, story.start(occurrence))
}

/// Seconds from now to the end that the run's progress names.
fn left(story: &Story, run: RunRef) -> Option<i64> {
    let progress = story.world.runs[&run.run].progress.clone().unwrap();
    progress.done_at.map(|at| (at - story.now()).num_seconds())
}

#[test]
fn the_end_is_estimated_from_the_pace_of_this_run() {
    let mut story = Story::new();
    let (_, occurrence, run) = at_work(&mut story);
    let tell = |story: &mut Story, report| story.tell(Command::Report { run, report }).unwrap();
    story.wait(TimeDelta::seconds(60));
    tell(&mut story, said(Some(50)));
    assert_eq!(left(&story, run), Some(60));
    story.wait(TimeDelta::seconds(15));
    tell(&mut story, said(Some(75)));
    assert_eq!(left(&story, run), Some(25));
    // A pause is no time at work.
    story.tell(Command::Pause { occurrence, ways: vec![Pause::Frozen], by: you() }).unwrap();
    story.wait(TimeDelta::days(3));
    story.tell(Command::Resume { occurrence, by: you() }).unwrap();
    story.wait(TimeDelta::seconds(10));
    tell(&mut story, said(Some(80)));
    assert_eq!(left(&story, run), Some(40));
    // Whoever says it knows it better.
    let done_at = Some(story.now() + TimeDelta::seconds(7));
    tell(&mut story, Report::Progress(Progress { percent: Some(90), step: None, done_at }));
    assert_eq!(left(&story, run), Some(6));
    tell(&mut story, said(Some(255)));
    assert_eq!(story.world.runs[&run.run].progress.clone().unwrap().percent, Some(100));
    assert_eq!(left(&story, run), None);
    tell(&mut story, said(None));
    assert_eq!(left(&story, run), None);
}

#[test]
fn what_was_done_by_the_attempt_before_says_nothing_about_the_pace() {
    let mut story = Story::new();
    let (id, occurrence, run) = at_work(&mut story);
    let half = checkpoint(&story, json!({"at": 500}));
    story.tell(Command::Report { run, report: half }).unwrap();
    story.finish(run, broken()).unwrap();
    story.wait(TimeDelta::hours(1));
    let again = story.start(occurrence);
    assert_eq!(story.world.runs[&again.run].reason, RunReason::Retry);
    story.wait(TimeDelta::seconds(1));
    story.tell(Command::Report { run: again, report: said(Some(50)) }).unwrap();
    assert_eq!(left(&story, again), None);
    story.wait(TimeDelta::seconds(10));
    story.tell(Command::Report { run: again, report: said(Some(60)) }).unwrap();
    assert_eq!(left(&story, again), Some(40));
    assert_eq!(story.only(id).state.name(), StateName::Executing);
}

#[test]
fn the_newest_checkpoints_are_kept_and_not_too_much_of_them() {
    let mut story = Story::new();
    let (_, _, run) = at_work(&mut story);
    for index in 0..30 {
        let report = checkpoint(&story, json!(index));
        story.tell(Command::Report { run, report }).unwrap();
    }
    let kept = |story: &Story| story.world.runs[&run.run].checkpoints.clone();
    assert_eq!(kept(&story).len(), 20);
    assert_eq!(kept(&story).last().unwrap().data, json!(29));
    for _ in 0..6 {
        let report = checkpoint(&story, json!("x".repeat(250_000)));
        story.tell(Command::Report { run, report }).unwrap();
    }
    assert_eq!(kept(&story).len(), 4);
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let report = checkpoint(&story, deep);
    let refused = story.tell(Command::Report { run, report });
    assert!(matches!(refused, Err(Refused::Invalid(_))), "{refused:?}");
}

#[test]
fn a_file_that_is_left_behind_twice_is_there_as_it_was_last() {
    let mut story = Story::new();
    let (_, _, run) = at_work(&mut story);
    let file = |path: &str, kept: Kept| Artifact { path: path.to_owned(), bytes: 1, kept };
    let copy = |digit: &str| Kept::Copy { sha256: digit.repeat(64) };
    let large = Kept::LeftOut { why: LeftOut::TooLarge };
    for artifacts in [
        vec![file("a", copy("1")), file("b", large.clone())],
        vec![file("a", copy("0")), file("a", copy("2"))],
    ] {
        story.tell(Command::Report { run, report: Report::Artifacts(artifacts) }).unwrap();
    }
    let kept = story.world.runs[&run.run].artifacts.clone();
    assert_eq!(kept, [file("b", large), file("a", copy("2"))]);
    let many = (0..1000).map(|n| file(&n.to_string(), copy("3"))).collect();
    let refused = story.tell(Command::Report { run, report: Report::Artifacts(many) });
    assert!(matches!(refused, Err(Refused::Invalid(_))), "{refused:?}");
}

#[test]
fn a_run_is_held_at_its_checkpoint_and_goes_on_from_there() {
    let mut story = Story::new();
    let (id, occurrence, run) = at_work(&mut story);
    let ways = vec![Pause::Checkpoint];
    let pause = Command::Pause { occurrence, ways, by: you() };
    assert_eq!(story.tell(pause.clone()), Err(Refused::NoCheckpoint));
    let none = Command::Pause { occurrence, ways: Vec::new(), by: you() };
    assert_eq!(story.tell(none), Err(Refused::NoPause));
    let half = checkpoint(&story, json!({"at": 500}));
    story.tell(Command::Report { run, report: half }).unwrap();
    story.tell(pause).unwrap();
    let ending = State::Paused { pause: Pause::Checkpoint, run: Some(run.run) };
    assert_eq!(story.only(id).state, ending);
    // While it ends it may say where it was, and it cannot go on before it has ended.
    let last = checkpoint(&story, json!({"at": 510}));
    story.tell(Command::Report { run, report: last }).unwrap();
    let resume = Command::Resume { occurrence, by: you() };
    assert!(matches!(story.tell(resume.clone()), Err(Refused::Illegal { .. })));
    story.finish(run, Outcome::Cancelled).unwrap();
    let held = State::Paused { pause: Pause::Checkpoint, run: None };
    assert_eq!(story.only(id).state, held);
    let end = story.world.runs[&run.run].end.clone().unwrap();
    assert_eq!(end.outcome, Outcome::Suspended);
    story.tell(resume).unwrap();
    let State::Queued { reason, .. } = story.only(id).state else { panic!() };
    assert_eq!(reason, QueueReason::Resume);
    assert_eq!(story.only(id).retries, 0);
    let next = story.start(occurrence);
    let next_run = &story.world.runs[&next.run];
    assert_eq!(next_run.reason, RunReason::Resume);
    assert_eq!(next_run.checkpoints.last().unwrap().data, json!({"at": 510}));
}

#[test]
fn without_a_checkpoint_the_next_way_is_taken() {
    let mut story = Story::new();
    let (id, occurrence, _) = at_work(&mut story);
    let ways = vec![Pause::Checkpoint, Pause::Frozen];
    story.tell(Command::Pause { occurrence, ways, by: you() }).unwrap();
    assert!(matches!(story.only(id).state, State::Paused { pause: Pause::Frozen, .. }));
}

#[test]
fn what_is_called_off_while_it_is_held_is_cancelled() {
    let mut story = Story::new();
    let (id, occurrence, run) = at_work(&mut story);
    let half = checkpoint(&story, Value::Null);
    story.tell(Command::Report { run, report: half }).unwrap();
    story.tell(Command::Pause { occurrence, ways: vec![Pause::Checkpoint], by: you() }).unwrap();
    story.tell(Command::Cancel { occurrence, by: you() }).unwrap();
    story.finish(run, Outcome::Cancelled).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Cancelled);
}

#[test]
fn what_ends_well_while_it_is_asked_to_hold_is_done() {
    let mut story = Story::new();
    let (id, occurrence, run) = at_work(&mut story);
    let half = checkpoint(&story, Value::Null);
    story.tell(Command::Report { run, report: half }).unwrap();
    story.tell(Command::Pause { occurrence, ways: vec![Pause::Checkpoint], by: you() }).unwrap();
    story.finish(run, good()).unwrap();
    assert_eq!(story.only(id).state.name(), StateName::Completed);
}

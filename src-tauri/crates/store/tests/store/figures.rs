//! What Aegis' own figures are made of.

use crate::support::{Fixture, ctx, instant};
use aegis_domain::machine::{Command, RunRef};
use aegis_domain::metrics::{Sample, Window};
use aegis_domain::{
    Actor, Artifact, Kept, LeftOut, Outcome, Report, RunId, RunReason, Schedule, TaskId,
};
use std::collections::HashSet;

const HOUR: i64 = 3_600_000;

fn busy(ms: u64) -> Sample {
    Sample { busy_ms: ms, ..Sample::default() }
}

async fn samples(fixture: &Fixture, from: i64, to: i64) -> Vec<(i64, u64)> {
    let window = Window { from: instant(from), to: instant(to) };
    let material = fixture.store.read(move |r| r.material(window)).await.unwrap();
    let start = instant(0);
    let one = |(at, sample): (aegis_domain::Timestamp, Sample)| {
        ((at - start).num_milliseconds(), sample.busy_ms)
    };
    material.samples.into_iter().map(one).collect()
}

/// Runs an occurrence of the task from `at` on, for a second.
async fn run(fixture: &Fixture, task: TaskId, at: i64) -> RunRef {
    let card = fixture.store.read(move |r| r.card(task)).await.unwrap().unwrap();
    let occurrence = card.occurrence.unwrap().id;
    let run = RunId(ctx(at).uuid());
    let agent = "here".to_owned();
    let claim = Command::Claim { occurrence, run, agent, fingerprint: None, at_once: vec![] };
    fixture.submit(claim, at).await.unwrap();
    let token = fixture.store.read(move |r| r.run(run)).await.unwrap().unwrap().token;
    let run = RunRef { run, token };
    fixture.submit(Command::Start { run, process: None }, at).await.unwrap();
    run
}

async fn finish(fixture: &Fixture, run: RunRef, at: i64) {
    let outcome = Outcome::Succeeded { summary: "did it".to_owned() };
    fixture.submit(Command::Finish { run, ending: outcome.into() }, at).await.unwrap();
}

#[tokio::test]
async fn samples_add_up_in_their_minute_and_their_hour() {
    let fixture = Fixture::new();
    for (at, ms) in [(0, 1), (59_999, 2), (60_000, 4), (HOUR, 8)] {
        fixture.store.keep_sample(instant(at), busy(ms)).await.unwrap();
    }
    assert_eq!(samples(&fixture, 0, 2 * HOUR).await, [(0, 3), (60_000, 4), (HOUR, 8)]);
    // A long window is made of hours.
    let days = 3 * 24 * HOUR;
    assert_eq!(samples(&fixture, 2 * HOUR - days, 2 * HOUR).await, [(0, 7), (HOUR, 8)]);
}

#[tokio::test]
async fn minutes_go_after_two_days_and_hours_after_a_year() {
    let fixture = Fixture::new();
    let day = 24 * HOUR;
    for at in [0, day, 3 * day] {
        fixture.store.keep_sample(instant(at), busy(1)).await.unwrap();
    }
    assert_eq!(samples(&fixture, 0, HOUR).await, []);
    assert_eq!(samples(&fixture, day, day + HOUR).await, [(day, 1)]);
    assert_eq!(samples(&fixture, 0, 4 * day).await.len(), 3);
    fixture.store.keep_sample(instant(400 * day), busy(1)).await.unwrap();
    assert_eq!(samples(&fixture, 0, 401 * day).await, [(400 * day, 1)]);
}

#[tokio::test]
async fn a_session_without_an_end_crashed_after_its_last_sign_of_life() {
    let fixture = Fixture::new();
    fixture.store.session_begins(1, instant(-10_000)).await.unwrap();
    // An event at 0: the last that it wrote down.
    fixture.create("something", Schedule::Manual).await;
    fixture.store.session_begins(2, instant(50_000)).await.unwrap();
    fixture.store.session_ends(2, instant(60_000)).await.unwrap();
    fixture.store.session_begins(3, instant(90_000)).await.unwrap();
    let sessions = async |from: i64| {
        let window = Window { from: instant(from), to: instant(100_000) };
        let material = fixture.store.read(move |r| r.material(window)).await.unwrap();
        let since = |at: aegis_domain::Timestamp| (at - instant(0)).num_milliseconds();
        let told = material.sessions.iter().map(|s| (since(s.from), s.to.map(since), s.clean));
        told.collect::<Vec<_>>()
    };
    let all = [(-10_000, Some(0), false), (50_000, Some(60_000), true), (90_000, None, false)];
    assert_eq!(sessions(-20_000).await, all);
    // The one before the window stays: what came after its crash may lie in it.
    assert_eq!(sessions(20_000).await, all);
    assert_eq!(sessions(80_000).await, all[1..]);
}

#[tokio::test]
async fn runs_count_in_the_window_of_their_claim() {
    let fixture = Fixture::new();
    let task = fixture.create("work", Schedule::Now).await;
    let first = run(&fixture, task, 5_000).await;
    finish(&fixture, first, 6_000).await;
    let runs = async |from: i64, to: i64| {
        let window = Window { from: instant(from), to: instant(to) };
        fixture.store.read(move |r| r.material(window)).await.unwrap().runs
    };
    let found = runs(0, 10_000).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].number, found[0].reason), (1, RunReason::First));
    assert_eq!(found[0].executor.as_ref().unwrap().as_str(), "reminder");
    assert_eq!((found[0].ready_at, found[0].started_at), (Some(instant(0)), Some(instant(5_000))));
    assert_eq!(found[0].end.as_ref().unwrap().at, instant(6_000));
    assert_eq!(runs(5_000, 5_001).await.len(), 1);
    assert_eq!(runs(0, 5_000).await.len(), 0);
    assert_eq!(runs(5_001, 10_000).await.len(), 0);
}

#[tokio::test]
async fn what_waits_is_what_may_start_now() {
    let fixture = Fixture::new();
    for title in ["a", "b"] {
        fixture.create(title, Schedule::Now).await;
    }
    fixture.create("later", Schedule::at(instant(HOUR))).await;
    let depth = async |at| fixture.store.read(move |r| r.queue_depth(instant(at))).await.unwrap();
    assert_eq!((depth(-1).await, depth(0).await, depth(2 * HOUR).await), (0, 2, 2));
}

#[tokio::test]
async fn commits_are_measured_and_their_own_figures_are_not() {
    let fixture = Fixture::new();
    drop(fixture.store.take_commits());
    fixture.store.keep_sample(instant(0), busy(1)).await.unwrap();
    fixture.store.session_begins(1, instant(0)).await.unwrap();
    assert!(fixture.store.take_commits().is_empty());
    fixture.create("something", Schedule::Manual).await;
    let sample = fixture.store.take_commits();
    assert_eq!((sample.commits.count, sample.batches.total), (1, 1));
    assert!(sample.commits.max > 0);
    assert!(fixture.store.take_commits().is_empty());
}

#[tokio::test]
async fn contents_that_runs_name_are_in_use() {
    let fixture = Fixture::new();
    let task = fixture.create("work", Schedule::Now).await;
    assert!(fixture.store.read(|r| r.artifacts_in_use(&HashSet::new())).await.unwrap().is_empty());
    let run = run(&fixture, task, 0).await;
    let file = |path: &str, kept| Artifact { path: path.to_owned(), bytes: 1, kept };
    let artifacts = vec![
        file("a", Kept::Copy { sha256: "ab".to_owned() }),
        file("b", Kept::Copy { sha256: "ab".to_owned() }),
        file("c", Kept::LeftOut { why: LeftOut::TooLarge }),
    ];
    let report = Report::Artifacts(artifacts);
    fixture.submit(Command::Report { run, report }, 1).await.unwrap();
    let in_use = fixture.store.read(|r| r.artifacts_in_use(&HashSet::new())).await.unwrap();
    assert_eq!(in_use.into_iter().collect::<Vec<_>>(), ["ab"]);
    let gone = HashSet::from([run.run]);
    let left = fixture.store.read(move |r| r.artifacts_in_use(&gone)).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    // A task that is deleted can come back with them.
    fixture.submit(Command::DeleteTask { task, by: Actor::System }, 2).await.unwrap();
    assert_eq!(fixture.store.read(|r| r.artifacts_in_use(&HashSet::new())).await.unwrap().len(), 1);
}

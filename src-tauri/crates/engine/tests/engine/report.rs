//! What runs say of themselves and leave behind, and how they are held.

use crate::support::World;
use aegis_domain::machine::Command;
use aegis_domain::metrics::Window;
use aegis_domain::{
    Actor, Checkpoint, ExecutorName, ExecutorSpec, Glob, Invalid, Kept, Outcome, Pause, Progress,
    Report, Run, RunReason, State, TaskId,
};
use aegis_ports::{Ended, Executor, Job, Left, RunHandle, Signal};
use async_trait::async_trait;
use serde_json::json;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Says how far it is, makes a checkpoint, leaves a file behind and then holds until it is told to
/// end; notes where each attempt began.
#[derive(Default)]
struct Worker {
    folder: PathBuf,
    began: Arc<Mutex<Vec<Option<Checkpoint>>>>,
    holds: bool,
}

#[async_trait]
impl Executor for Worker {
    fn name(&self) -> ExecutorName {
        ExecutorName::new("act")
    }
    fn pauses(&self, _: &ExecutorSpec) -> Vec<Pause> {
        vec![Pause::Checkpoint]
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }
    fn place(&self, _: &ExecutorSpec) -> Option<String> {
        Some("here".to_owned())
    }
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        handle.started(None).await.unwrap();
        let at = self.began.lock().unwrap().len();
        self.began.lock().unwrap().push(job.checkpoint);
        let progress = |percent| {
            Report::Progress(Progress { percent: Some(percent), step: None, done_at: None })
        };
        handle.report(progress(10));
        handle.report(progress(40));
        let (now, label) = ("2026-11-21T08:00:00Z".parse().unwrap(), "half".to_owned());
        let data = json!({ "attempt": at });
        handle.report(Report::Checkpoint(Checkpoint { at: now, label, data }));
        if self.holds && at == 0 {
            let mut signal = handle.signal();
            signal.wait_for(|s| matches!(s, Signal::Cancel | Signal::Shutdown)).await.unwrap();
            return Outcome::Cancelled.into();
        }
        let globs = vec![Glob::new("*.txt").unwrap()];
        handle.keep(&self.folder, Left::Matching(globs)).await;
        Ended::succeeded("did it")
    }
}

async fn run_of(world: &World, id: TaskId) -> Run {
    world.card(id).await.run.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_says_and_leaves_is_on_record_and_survives_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.txt"), "same").unwrap();
    std::fs::write(folder.path().join("huge.txt"), "x".repeat(1001)).unwrap();
    let worker = Worker { folder: folder.path().to_owned(), ..Worker::default() };
    let world = World::with(worker).await;
    let id = world.create("work").await;
    world.until(id, "completed").await;
    let run = run_of(&world, id).await;
    assert_eq!(run.progress.as_ref().unwrap().percent, Some(40));
    assert_eq!(run.checkpoints.last().unwrap().label, "half");
    let names: Vec<_> = run.artifacts.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["huge.txt", "report.txt"]);
    assert!(matches!(run.artifacts[0].kept, Kept::LeftOut { .. }));
    let copy = world.engine.artifacts().file(run.artifacts[1].sha256().unwrap()).unwrap();
    assert_eq!(std::fs::read_to_string(copy).unwrap(), "same");
    let log = world.engine.logs().read(run.id, 0, 10_000).unwrap();
    let log: Vec<_> = log.lines.iter().map(|line| line.text.as_str()).collect();
    let kept = "Kept what it left behind: report.txt.";
    assert_eq!(log, [kept, "Left out of what it left behind: huge.txt (too large)."]);
    // Nothing is unreferenced, and nothing is removed.
    assert!(world.engine.unreferenced_artifacts(true).await.unwrap().is_empty());
    let before = run;
    let world = World::at(world.crash().await, 2).await;
    assert_eq!(run_of(&world, id).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_held_at_its_checkpoint_ends_and_goes_on_from_there() {
    let began = Arc::<Mutex<Vec<Option<Checkpoint>>>>::default();
    let worker = Worker { began: Arc::clone(&began), holds: true, ..Worker::default() };
    let world = World::with(worker).await;
    let id = world.create("work").await;
    world
        .eventually("its checkpoint is on record", async || {
            let run = world.card(id).await.run;
            run.is_some_and(|run| !run.checkpoints.is_empty())
        })
        .await;
    let occurrence = world.card(id).await.occurrence.unwrap().id;
    let by = Actor::System;
    let ways = vec![Pause::Checkpoint];
    world.engine.submit(Command::Pause { occurrence, ways, by: by.clone() }).await.unwrap();
    world
        .eventually("it has ended", async || {
            let state = world.card(id).await.occurrence.unwrap().state;
            state == State::Paused { pause: Pause::Checkpoint, run: None }
        })
        .await;
    assert_eq!(world.engine.pool().used, 0, "its slot is free");
    assert_eq!(run_of(&world, id).await.end.unwrap().outcome, Outcome::Suspended);
    // It stays so across a restart.
    let resumed = Worker { began: Arc::clone(&began), holds: true, ..Worker::default() };
    let world = world.restarted_with(resumed).await;
    assert_eq!(world.state(id).await, "paused");
    world.engine.submit(Command::Resume { occurrence, by }).await.unwrap();
    world.until(id, "completed").await;
    assert_eq!(run_of(&world, id).await.reason, RunReason::Resume);
    let began = began.lock().unwrap().clone();
    assert_eq!(began[0], None);
    assert_eq!(began[1].as_ref().unwrap().data, json!({ "attempt": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_knows_its_own_figures() {
    let world = World::new(2).await;
    for title in ["done", "done", "broken"] {
        let id = world.create(title).await;
        world.until(id, if title == "done" { "completed" } else { "failed" }).await;
    }
    let now = world.engine.ctx().now + chrono::TimeDelta::seconds(1);
    // That the failure was told is a commit too.
    let told = async || {
        let unsent = world.engine.store().read(move |r| r.unsent(now, 10)).await.unwrap();
        unsent.is_empty()
    };
    world.eventually("everything is told", told).await;
    let window = Window::last(Some(1), None, now).unwrap();
    let metrics = world.engine.metrics(window).await.unwrap();
    assert_eq!((metrics.outcomes.succeeded, metrics.outcomes.failed), (2, 1));
    assert_eq!(metrics.by_executor["act"].succeeded, 2);
    assert_eq!(metrics.first_time_success.whole, 3);
    assert_eq!(metrics.time_to_start_ms.count, 3);
    assert!(metrics.time_to_start_ms.max < 20_000);
    assert_eq!(metrics.sampled.commands.count, 3, "the commands that were submitted");
    assert!(metrics.sampled.commits.count >= 6);
    assert_eq!(metrics.sampled.queue.count, 1);
    assert_eq!(metrics.uptime.part, metrics.uptime.whole);
    assert!(metrics.uptime.part > 0);
    assert_eq!(metrics.course.len(), 1);
    // Whoever looks adds nothing.
    let again = world.engine.metrics(window).await.unwrap();
    assert_eq!(again.sampled, metrics.sampled);
    // A crash is time at which it should have been there.
    let world = World::at(world.crash().await, 2).await;
    let now = world.engine.ctx().now + chrono::TimeDelta::seconds(5);
    let window = Window::last(Some(1), None, now).unwrap();
    let metrics = world.engine.metrics(window).await.unwrap();
    assert!(metrics.uptime.part < metrics.uptime.whole, "{:?}", metrics.uptime);
    assert_eq!(metrics.outcomes.succeeded, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn slots_are_measured_while_they_are_in_use() {
    let world = World::new(4).await;
    let begun = world.engine.ctx().now;
    let id = world.create("hold on").await;
    world.until(id, "executing").await;
    let metrics = async || {
        let now = world.engine.ctx().now;
        let window = Window::last(Some(1), None, now).unwrap();
        world.engine.metrics(window).await.unwrap()
    };
    world.eventually("300 ms", async || metrics().await.sampled.busy_ms >= 300).await;
    // One slot of the four: no more than the time that has passed.
    let metrics = metrics().await;
    let passed = (world.engine.ctx().now - begun).num_milliseconds();
    let busy = i64::try_from(metrics.sampled.busy_ms).unwrap();
    assert!((300..=passed).contains(&busy), "{busy} of {passed}");
    assert!(metrics.utilisation.whole > 0);
    world.cancel(id).await;
    world.until(id, "cancelled").await;
}

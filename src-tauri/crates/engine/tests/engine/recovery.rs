//! After a crash.

use crate::support::World;
use aegis_domain::{FailureReason, Outcome, RunReason, State};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_runs_again_with_a_new_token() {
    let world = World::new(2).await;
    let id = world.create("hold on").await;
    world.until(id, "executing").await;
    let before = world.card(id).await.run.unwrap();
    let world = World::at(world.crash().await, 2).await;
    world.until(id, "executing").await;
    let after = world.card(id).await.run.unwrap();
    assert_eq!((after.number, after.reason), (2, RunReason::Interrupted));
    assert!(after.token > before.token);
    let runs = world.engine.store().read(move |r| r.runs(id, 10)).await.unwrap();
    assert_eq!(runs[1].end.as_ref().unwrap().outcome, Outcome::Interrupted);
    world.cancel(id).await;
    world.until(id, "cancelled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_crashes_end_the_loop() {
    let mut world = World::new(2).await;
    let id = world.create("hold on").await;
    for _ in 0..3 {
        world.until(id, "executing").await;
        world = World::at(world.crash().await, 2).await;
    }
    world.until(id, "failed").await;
    let State::Failed { why, .. } = world.card(id).await.occurrence.unwrap().state else {
        panic!()
    };
    assert_eq!(why, FailureReason::CrashLoop);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_a_crash_overtook_is_honoured() {
    let world = World::new(2).await;
    let id = world.create("hold on").await;
    world.until(id, "executing").await;
    let store = world.engine.store().clone();
    let occurrence = world.card(id).await.occurrence.unwrap().id;
    let by = aegis_domain::Actor::System;
    let cancel = aegis_domain::machine::Command::Cancel { occurrence, by };
    let submission = aegis_store::Submission { command: cancel, ctx: world.engine.ctx() };
    // Committed, and at once the crash: the order may or may not have reached the run.
    store.submit(submission).await.unwrap();
    let world = World::at(world.crash().await, 2).await;
    world.until(id, "cancelled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_not_the_one_is_never_signalled() {
    let world = World::new(0).await;
    let id = world.create("victim").await;
    let occurrence = world.card(id).await.occurrence.unwrap().id;
    let run = aegis_domain::RunId(world.engine.ctx().uuid());
    let claim = aegis_domain::machine::Command::Claim {
        occurrence,
        run,
        agent: "here".to_owned(),
        fingerprint: None,
        at_once: Vec::new(),
    };
    world.engine.submit(claim).await.unwrap();
    let token = world.card(id).await.run.unwrap().token;
    // This very process has the pid, but it did not start at tick 1: it must survive.
    let me = aegis_domain::ProcessIdentity {
        pid: i32::try_from(std::process::id()).unwrap(),
        start_time: 1,
        boot_id: std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .unwrap()
            .trim()
            .to_owned(),
    };
    let run = aegis_domain::machine::RunRef { run, token };
    let start = aegis_domain::machine::Command::Start { run, process: Some(me) };
    world.engine.submit(start).await.unwrap();
    let world = World::at(world.crash().await, 0).await;
    assert_eq!(world.state(id).await, "queued");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_only_commands_starts_nothing_and_repairs_nothing() {
    let world = World::new(2).await;
    let held = world.create("hold on").await;
    world.until(held, "executing").await;
    let world = World::idle(world.crash().await).await;
    let new = world.create("done").await;
    assert_eq!(world.state(held).await, "executing", "for the next engine to put right");
    assert_eq!(world.state(new).await, "queued");
    world.engine.shutdown(std::time::Duration::from_secs(1)).await;
    let world = World::at(world.dir, 2).await;
    world.until(new, "completed").await;
    world.cancel(held).await;
    world.until(held, "cancelled").await;
}

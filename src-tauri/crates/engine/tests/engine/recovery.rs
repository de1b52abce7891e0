//! After a crash.

use crate::support::World;
use aegis_domain::fair::Policy;
use aegis_domain::machine::{Answer, Command};
use aegis_domain::{
    Actor, FailureReason, OnInterrupt, Outcome, Pause, RunReason, State, StateName,
};

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

#[tokio::test(flavor = "multi_thread")]
async fn what_the_task_says_of_an_interruption_is_done() {
    let world = World::new(3).await;
    let [rerun, ask, fail] = [OnInterrupt::Rerun, OnInterrupt::Ask, OnInterrupt::Fail];
    let mut tasks = Vec::new();
    for on_interrupt in [rerun, ask, fail] {
        let id = world.create_with("hold on", |new| new.on_interrupt = on_interrupt).await;
        world.until(id, "executing").await;
        tasks.push(id);
    }
    let world = World::at(world.crash().await, 3).await;
    world.until(tasks[0], "executing").await;
    world.until(tasks[1], "awaiting").await;
    world.until(tasks[2], "failed").await;
    let card = world.card(tasks[1]).await;
    let occurrence = card.occurrence.unwrap();
    let State::Awaiting { ask, run: None } = occurrence.state else { panic!("nothing runs") };
    // And nothing runs until it is answered, over the next crash too.
    let world = World::at(world.crash().await, 3).await;
    world.until(tasks[0], "executing").await;
    assert_eq!(world.state(tasks[1]).await, "awaiting");
    let (occurrence, ask, by) = (occurrence.id, ask.id, Actor::System);
    let answer = Command::Answer { occurrence, ask, answer: Answer::Grant, by };
    world.engine.submit(answer).await.unwrap();
    world.until(tasks[1], "executing").await;
    let runs = world.engine.store().read(move |r| r.runs(tasks[1], 10)).await.unwrap();
    assert_eq!(runs.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_still_is_held_after_a_crash_and_goes_on_when_it_is_told() {
    let world = World::new(2).await;
    let id = world.create("hold on").await;
    world.until(id, "executing").await;
    let occurrence = world.card(id).await.occurrence.unwrap().id;
    let by = Actor::System;
    let pause = Command::Pause { occurrence, ways: vec![Pause::Frozen], by: by.clone() };
    world.engine.submit(pause).await.unwrap();
    let world = World::at(world.crash().await, 2).await;
    let sentinel = world.create("done").await;
    world.until(sentinel, "completed").await;
    let state = world.card(id).await.occurrence.unwrap().state;
    assert!(matches!(state, State::Paused { run: None, .. }), "{state:?}");
    world.engine.submit(Command::Resume { occurrence, by }).await.unwrap();
    world.until(id, "executing").await;
    assert_eq!(world.card(id).await.run.unwrap().number, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_a_crash_overtook_is_taken_up_and_does_not_count() {
    let mut world = World::new(0).await;
    let id = world.create("done").await;
    // More often than makes a loop of crashes.
    for _ in 0..4 {
        let occurrence = world.card(id).await.occurrence.unwrap().id;
        let run = aegis_domain::RunId(world.engine.ctx().uuid());
        let agent = "here".to_owned();
        let claim =
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
        world.engine.submit(claim).await.unwrap();
        assert_eq!(world.state(id).await, StateName::Assigned.as_str());
        world = World::at(world.crash().await, 0).await;
        let card = world.card(id).await;
        assert_eq!(card.run.unwrap().end.unwrap().outcome, Outcome::AgentLost);
        assert_eq!(card.occurrence.unwrap().interruptions, 0);
    }
    world.policy.send(Policy::of(1)).unwrap();
    world.until(id, "completed").await;
}

/// Bad input: whoever comes with the token of a run that was cut off is refused, and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_off_cannot_say_how_it_ended() {
    let world = World::new(2).await;
    let id = world.create("hold on").await;
    world.until(id, "executing").await;
    let old = world.card(id).await.run.unwrap();
    let world = World::at(world.crash().await, 2).await;
    world.until(id, "executing").await;
    let before = world.engine.store().read(|r| r.last_seq()).await.unwrap();
    let run = aegis_domain::machine::RunRef { run: old.id, token: old.token };
    let outcome = Outcome::Succeeded { summary: "late".to_owned() };
    let report = aegis_domain::Report::Session("late".to_owned());
    for late in [
        Command::Finish { run, ending: outcome.into() },
        Command::Start { run, process: None },
        Command::Report { run, report },
        Command::Interrupt { run: old.id },
    ] {
        let refused = world.engine.submit(late).await.unwrap_err();
        assert!(matches!(refused, aegis_store::WriteError::Refused(_)), "{refused:?}");
    }
    assert_eq!(world.engine.store().read(|r| r.last_seq()).await.unwrap(), before);
    assert_eq!(world.state(id).await, "executing");
}

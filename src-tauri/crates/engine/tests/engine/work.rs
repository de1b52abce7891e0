//! Work gets done, in bounds.

use crate::support::World;
use aegis_domain::fair::Policy;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_domain::machine::Command;
use aegis_domain::{Actor, Outcome, Schedule, State};
use std::sync::atomic::Ordering;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_done_by_itself() {
    let world = World::new(2).await;
    let id = world.create("done").await;
    world.until(id, "completed").await;
    let run = world.card(id).await.run.unwrap();
    let end = run.end.unwrap();
    assert_eq!(end.outcome, Outcome::Succeeded { summary: "did it".to_owned() });
    assert!(run.started_at.unwrap() >= run.assigned_at);
    assert_eq!(end.log_len, std::fs::metadata(world.log_path(run.id)).unwrap().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_written_down_and_told() {
    let world = World::new(2).await;
    let id = world.create("broken thing").await;
    world.until(id, "failed").await;
    world.eventually("told", async || !world.told.all().is_empty()).await;
    let told = world.told.all();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].title, "#1 failed: broken thing");
    assert_eq!(told[0].body, "It is not there.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_one_runs_failure() {
    let world = World::new(2).await;
    let id = world.create("panic now").await;
    world
        .eventually("tried", async || world.card(id).await.run.is_some_and(|r| r.end.is_some()))
        .await;
    let Outcome::Failed(failure) = world.card(id).await.run.unwrap().end.unwrap().outcome else {
        panic!("it did not fail")
    };
    assert_eq!(failure.message, "The executor “act” crashed.");
    let other = world.create("done").await;
    world.until(other, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn never_more_at_once_than_there_are_slots_and_more_when_there_are_more() {
    let world = World::new(2).await;
    let mut held = Vec::new();
    for n in 0..5 {
        held.push(world.create(&format!("hold {n}")).await);
    }
    let at_once = || world.act.at_once.load(Ordering::SeqCst);
    world.eventually("two at work", async || at_once() == 2).await;
    world.policy.send(Policy::of(4)).unwrap();
    world.eventually("four at work", async || at_once() == 4).await;
    for id in &held {
        world.cancel(*id).await;
    }
    for id in held {
        world.until(id, "cancelled").await;
    }
    assert_eq!(world.act.most_at_once.load(Ordering::SeqCst), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_run_gives_its_slot_away_and_takes_it_back() {
    let world = World::new(1).await;
    let first = world.create("hold first").await;
    world.until(first, "executing").await;
    let occurrence = world.card(first).await.occurrence.unwrap().id;
    let by = Actor::System;
    let ways = vec![aegis_domain::Pause::Frozen];
    world.engine.submit(Command::Pause { occurrence, ways, by: by.clone() }).await.unwrap();
    let second = world.create("done").await;
    world.until(second, "completed").await;
    world.engine.submit(Command::Resume { occurrence, by }).await.unwrap();
    world.eventually("its slot is back", async || world.engine.pool().used == 1).await;
    world.cancel(first).await;
    world.until(first, "cancelled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_for_later_waits_for_its_time() {
    let world = World::new(2).await;
    let at = world.engine.ctx().now + chrono::TimeDelta::milliseconds(400);
    let id = world.create_at("done later", Schedule::at(at)).await;
    let card = world.card(id).await;
    assert!(card.occurrence.is_none() && card.column == aegis_domain::coarse::Column::Queued);
    world.until(id, "completed").await;
    let started = world.card(id).await.run.unwrap().assigned_at;
    assert!(started >= at, "{started} is before {at}");
    assert!(started - at < chrono::TimeDelta::seconds(5), "{} late", started - at);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_engine_starts_nothing_and_remembers_it() {
    let world = World::new(2).await;
    world.engine.hold(Scope::All, HoldMode::Pause, Actor::System).await.unwrap();
    let id = world.create("done").await;
    let world = World::at(world.crash().await, 2).await;
    assert!(world.engine.pool().paused);
    assert_eq!(world.state(id).await, "queued");
    assert!(world.engine.lift(&Scope::All).await.unwrap());
    world.until(id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_executor_is_a_failure_with_a_sentence() {
    let world = World::new(2).await;
    let mut ctx = world.engine.ctx();
    let id = aegis_domain::TaskId(ctx.uuid());
    let new = aegis_domain::NewTask {
        title: "for somebody else".to_owned(),
        executor: Some(aegis_domain::ReminderSettings::default().into_spec()),
        max_retries: Some(0),
        ..Default::default()
    };
    let draft = Box::new(new.check(ctx.now).unwrap());
    let create = Command::CreateTask { id, draft, by: Actor::System, origin: None };
    world.engine.submit(create).await.unwrap();
    world.until(id, "failed").await;
    let State::Failed { message, .. } = world.card(id).await.occurrence.unwrap().state else {
        panic!()
    };
    assert!(message.contains("no executor called “reminder”"), "{message}");
}

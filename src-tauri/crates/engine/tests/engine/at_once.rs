//! Work that begins in the commit in which it gets ready.

use crate::support::World;
use aegis_domain::fair::Policy;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_domain::{Actor, EventKind, EventSeq};
use std::sync::atomic::Ordering;

#[tokio::test(flavor = "multi_thread")]
async fn with_a_free_slot_and_nobody_before_it_work_begins_in_its_own_commit() {
    let world = World::new(2).await;
    // Once the engine has looked.
    let begins = async || {
        let mut commits = world.engine.store().commits();
        let task = world.create("done").await;
        let mut claimed = false;
        while let Ok(commit) = commits.try_recv() {
            let has = |wanted: fn(&EventKind) -> bool| {
                commit.events.iter().any(|e| e.what.task == task && wanted(&e.what.kind))
            };
            claimed |= has(|kind| matches!(kind, EventKind::TaskCreated))
                && has(|kind| matches!(kind, EventKind::RunAssigned { .. }));
        }
        world.until(task, "completed").await;
        claimed
    };
    world.eventually("a start at once", begins).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn never_more_begin_than_there_are_slots_and_all_do() {
    let world = World::new(3).await;
    let many = (0..60).map(|n| {
        let world = &world;
        async move { world.create(&format!("done {n}")).await }
    });
    for task in futures::future::join_all(many).await {
        world.until(task, "completed").await;
    }
    let most = world.act.most_at_once.load(Ordering::SeqCst);
    assert!((1..=3).contains(&most), "{most} at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_not_overtaken_and_who_is_held_does_not_begin() {
    let world = World::governed(tempfile::tempdir().unwrap(), Policy::of(1)).await;
    let hold = world.create("hold on").await;
    world.until(hold, "executing").await;
    let mut waiting = Vec::new();
    for n in 0..5 {
        waiting.push(world.create(&format!("done {n}")).await);
    }
    world.cancel(hold).await;
    for task in &waiting {
        world.until(*task, "completed").await;
    }
    let events = world.engine.store().read(|r| r.events_after(EventSeq(0), 10_000)).await.unwrap();
    let begun: Vec<_> = events
        .iter()
        .filter(|e| matches!(e.what.kind, EventKind::RunAssigned { .. }))
        .map(|e| e.what.task)
        .filter(|task| *task != hold)
        .collect();
    assert_eq!(begun, waiting, "in the order in which they came");

    world.engine.hold(Scope::All, HoldMode::Pause, Actor::System).await.unwrap();
    let held = world.create("done").await;
    assert_eq!(world.state(held).await, "queued");
    assert!(world.engine.lift(&Scope::All).await.unwrap());
    world.until(held, "completed").await;
}

//! A service that does not work is given a rest, and tried again.

use crate::support::{Act, World};
use aegis_domain::breaker::{BreakerState, FAILURES, Service};
use aegis_domain::fair::{Load, Obstacle, Policy};
use aegis_domain::{ErrorCategory, ExecutorName, NewTask};
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn once(task: &mut NewTask) {
    task.max_retries = Some(0);
}

fn service() -> Service {
    Service { executor: ExecutorName::new("web"), provider: None }
}

/// A service that has failed until it rests.
async fn resting() -> (World, Arc<Act>) {
    let web = Arc::new(Act::of("web", Load::Program));
    web.down.store(true, Ordering::SeqCst);
    let world = World::beside(vec![Arc::clone(&web)], Policy::of(1)).await;
    for n in 0..FAILURES {
        let id = world.create_for("web", &format!("offline {n}"), once).await;
        world.until(id, "failed").await;
    }
    world.eventually("it rests", async || !world.engine.pool().rests.is_empty()).await;
    (world, web)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_again_and_again_is_left_alone_and_its_work_waits() {
    let (world, web) = resting().await;
    let waits = world.create_for("web", "offline", once).await;
    // The others go on: a rest is that service's alone.
    let other = world.create("done").await;
    world.until(other, "completed").await;
    assert_eq!(world.state(waits).await, "queued");
    assert_eq!(web.starts.load(Ordering::SeqCst) as usize, FAILURES);
    let group = world.group().await;
    let Some(Obstacle::Resting { service: resting, until, category }) = &group.obstacle else {
        panic!("{group:?}")
    };
    assert_eq!((resting, *category), (&service(), Some(ErrorCategory::Network)));
    let rest = until.unwrap() - world.engine.ctx().now;
    assert!(rest.num_seconds() <= 30 && rest.num_seconds() > 20, "{rest}");
    // Somebody who knows that it works again need not wait.
    web.down.store(false, Ordering::SeqCst);
    assert!(world.engine.reset(&service()).await.unwrap());
    world.until(waits, "completed").await;
    assert!(!world.engine.reset(&service()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_is_known_to_the_next_engine() {
    let (world, web) = resting().await;
    let waits = world.create_for("web", "done", once).await;
    let (before, dir) = (web.starts.load(Ordering::SeqCst), world.crash().await);
    let world = World::beside_at(dir, vec![Arc::clone(&web)], Policy::of(2)).await;
    let rests = world.engine.pool().rests;
    assert_eq!(rests.len(), 1);
    assert!(matches!(rests[0].1.state, BreakerState::Open { .. }), "{rests:?}");
    let other = world.create("done").await;
    world.until(other, "completed").await;
    assert_eq!(world.state(waits).await, "queued");
    assert_eq!(web.starts.load(Ordering::SeqCst), before);
}

/// The control: failures that are the task's own rest nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_fails_for_a_reason_of_its_own_rests_nobody() {
    let world = World::new(1).await;
    for n in 0..FAILURES * 2 {
        let id = world.create_for("act", &format!("broken {n}"), once).await;
        world.until(id, "failed").await;
    }
    assert!(world.engine.pool().rests.is_empty());
    let id = world.create("done").await;
    world.until(id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_asks_for_a_pause_holds_its_whole_group_and_costs_no_retry() {
    let web = Arc::new(Act::of("web", Load::Program));
    let world = World::beside(vec![Arc::clone(&web)], Policy::of(1)).await;
    let asked = world.engine.ctx().now;
    let limited = world.create_for("web", "limited", once).await;
    world.eventually("told to wait", async || !world.engine.pool().rests.is_empty()).await;
    let second = world.create_for("web", "done", once).await;
    let other = world.create("done").await;
    world.until(other, "completed").await;
    assert_eq!(world.state(second).await, "queued");
    world.until(limited, "completed").await;
    world.until(second, "completed").await;
    let card = world.card(limited).await;
    assert_eq!(card.occurrence.unwrap().retries, 0);
    for id in [limited, second] {
        let at = world.card(id).await.run.unwrap().assigned_at;
        assert!(at - asked >= chrono::TimeDelta::seconds(1), "{} early", at - asked);
    }
}

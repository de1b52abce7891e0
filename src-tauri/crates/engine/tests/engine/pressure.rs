//! A machine that has enough to do.

use crate::support::World;
use aegis_domain::fair::{Obstacle, Policy};
use aegis_domain::pressure::{Measure, Reading};
use std::sync::atomic::Ordering;

const BUSY: Reading = Reading {
    load: Some(20.0),
    free_memory: Some(50.0),
    cpu_stall: None,
    memory_stall: None,
    io_stall: None,
};

async fn world(pressure: bool) -> World {
    let policy = Policy { pressure, ..Policy::of(4) };
    World::governed(tempfile::tempdir().unwrap(), policy).await
}

#[tokio::test(flavor = "multi_thread")]
async fn under_pressure_one_thing_runs_at_a_time_and_nothing_is_ended() {
    let world = world(true).await;
    let (first, second) = (world.create("hold 1").await, world.create("hold 2").await);
    world.until(first, "executing").await;
    world.until(second, "executing").await;
    *world.machine.reading.lock().unwrap() = BUSY;
    // Older readings are used for a second.
    world.eventually("it is seen", async || !world.engine.pool().strains.is_empty()).await;
    let third = world.create("hold 3").await;
    let group = world.group().await;
    let Some(Obstacle::Pressure { strains }) = &group.obstacle else { panic!("{group:?}") };
    assert_eq!(strains[0].measure, Measure::Load);
    assert_eq!(world.state(first).await, "executing", "what runs goes on");
    assert_eq!(world.state(second).await, "executing");
    // One after the other still gets its turn.
    world.cancel(first).await;
    world.until(first, "cancelled").await;
    assert_eq!(world.state(third).await, "queued");
    world.cancel(second).await;
    world.until(third, "executing").await;
    // It is looked at again without anything happening.
    let fourth = world.create("done").await;
    assert_eq!(world.state(fourth).await, "queued");
    *world.machine.reading.lock().unwrap() = Reading { load: Some(1.0), ..BUSY };
    world.until(fourth, "completed").await;
    assert!(world.engine.pool().strains.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_without_the_gate_everything_starts() {
    let world = world(false).await;
    *world.machine.reading.lock().unwrap() = BUSY;
    let (first, second) = (world.create("hold 1").await, world.create("hold 2").await);
    world.until(first, "executing").await;
    world.until(second, "executing").await;
    assert_eq!(world.machine.looks.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_has_nothing_to_start_does_not_look() {
    let world = world(true).await;
    let first = world.create("hold 1").await;
    world.until(first, "executing").await;
    world.cancel(first).await;
    world.until(first, "cancelled").await;
    let looks = world.machine.looks.load(Ordering::SeqCst);
    // More than the time after which it looks again while it holds something back.
    let begun = std::time::Instant::now();
    let enough = std::time::Duration::from_millis(5_500);
    world.eventually("time has passed", async || begun.elapsed() > enough).await;
    assert_eq!(world.machine.looks.load(Ordering::SeqCst), looks);
}

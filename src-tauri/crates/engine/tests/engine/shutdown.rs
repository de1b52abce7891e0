//! Stopping on purpose.

use crate::support::World;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_every_run_and_the_next_start_goes_on() {
    let world = World::new(3).await;
    let mut held = Vec::new();
    for n in 0..3 {
        let id = world.create(&format!("hold {n}")).await;
        world.until(id, "executing").await;
        held.push(id);
    }
    let begun = Instant::now();
    world.engine.shutdown(Duration::from_secs(10)).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let world = World::at(world.dir, 0).await;
    for id in held {
        assert_eq!(world.state(id).await, "queued");
        let card = world.card(id).await;
        assert_eq!(card.occurrence.unwrap().interruptions, 0, "a planned stop is no crash");
        assert!(card.run.unwrap().end.is_some());
    }
}

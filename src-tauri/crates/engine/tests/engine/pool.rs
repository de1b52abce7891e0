//! Holding work back, and letting it go.

use crate::support::World;
use aegis_domain::fair::Obstacle;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_domain::{Actor, NewTask};

fn place(name: &str) -> impl FnOnce(&mut NewTask) + use<> {
    let name = name.to_owned();
    move |task| task.workspace = Some(name)
}

fn somebody() -> Actor {
    Actor::Human("test".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_group_is_held_and_the_others_go_on_over_a_new_start() {
    let world = World::new(4).await;
    let scope = Scope::Workspace("closed".to_owned());
    world.engine.hold(scope.clone(), HoldMode::Pause, somebody()).await.unwrap();
    let held = world.create_for("act", "done", place("closed")).await;
    let other = world.create_for("act", "done", place("open")).await;
    world.until(other, "completed").await;
    assert_eq!(world.state(held).await, "queued");
    let world = World::at(world.crash().await, 4).await;
    let other = world.create("done").await;
    world.until(other, "completed").await;
    assert_eq!(world.state(held).await, "queued");
    let group = world.group().await;
    let Some(Obstacle::Held { hold }) = &group.obstacle else { panic!("{group:?}") };
    assert_eq!((&hold.scope, &hold.by), (&scope, &somebody()));
    assert!(!world.engine.pool().paused, "not all of it is");
    assert!(world.engine.lift(&scope).await.unwrap());
    world.until(held, "completed").await;
    assert!(!world.engine.lift(&scope).await.unwrap(), "it is held no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_says_how_much_still_runs_and_ends_nothing() {
    let world = World::new(4).await;
    let running = world.create_for("act", "hold", place("aegis")).await;
    let other = world.create_for("act", "hold", place("other")).await;
    world.until(running, "executing").await;
    world.until(other, "executing").await;
    let scope = Scope::Workspace("aegis".to_owned());
    world.engine.hold(scope.clone(), HoldMode::Drain, somebody()).await.unwrap();
    let later = world.create_for("act", "done", place("aegis")).await;
    let left = || {
        let holds = world.engine.pool().holds;
        holds.iter().find(|hold| hold.hold.scope == scope).map(|hold| hold.running)
    };
    assert_eq!(left(), Some(1));
    assert_eq!(world.state(running).await, "executing");
    world.cancel(running).await;
    world.eventually("drained", async || left() == Some(0)).await;
    assert_eq!(world.state(later).await, "queued");
    assert_eq!(world.state(other).await, "executing");
}

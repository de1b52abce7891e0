//! How much there may be at once.

use crate::support::{Act, World};
use aegis_domain::fair::{Caps, EVERY, Limits, Load, Obstacle, Policy};
use aegis_domain::{NewTask, TaskId};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a test wants of a task beside its executor.
type Change = fn(&mut NewTask);

fn caps(name: &str, most: u32) -> Caps {
    Caps([(name.to_owned(), most)].into())
}

fn policy(limits: Limits) -> Policy {
    Policy { limits, ..Policy::of(0) }
}

async fn at_work(world: &World, ids: &[TaskId]) -> usize {
    let mut count = 0;
    for id in ids {
        count += usize::from(world.state(*id).await == "executing");
    }
    count
}

/// Waits until so many are at work, and everything else has been looked at: the newest one ends.
async fn settles_at(world: &World, ids: &[TaskId], expected: usize) {
    world.eventually("so many at work", async || at_work(world, ids).await == expected).await;
    let last = world.create("done").await;
    world.until(last, "completed").await;
    assert_eq!(at_work(world, ids).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executor_a_workspace_and_an_agent_have_limits_of_their_own() {
    let only = Arc::new(Act::of("only", Load::Program));
    let cases: [(&str, Limits, Change); 3] = [
        ("executor", Limits { executors: caps("only", 2), ..Limits::of(8) }, |_| {}),
        ("workspace", Limits { workspaces: caps(EVERY, 2), ..Limits::of(8) }, |task| {
            task.workspace = Some("place".to_owned());
        }),
        ("agent", Limits { agents: caps("ann", 2), ..Limits::of(8) }, |task| {
            task.assignee = Some("ann".to_owned());
        }),
    ];
    for (what, limits, also) in cases {
        let world = World::beside(vec![Arc::clone(&only)], policy(limits.clone())).await;
        let mut held = Vec::new();
        for n in 0..4 {
            held.push(world.create_for("only", &format!("hold {n}"), also).await);
        }
        settles_at(&world, &held, 2).await;
        let group = world.group().await;
        assert_eq!((group.running, group.waiting, group.ready, group.limit), (2, 2, 2, 2));
        let Some(Obstacle::Full { limit }) = &group.obstacle else { panic!("{group:?}") };
        assert!(limit.to_string().contains(what), "{limit}");
        // One more is let through as soon as there is room for it.
        world.policy.send(policy(Limits::of(8))).unwrap();
        settles_at(&world, &held, 4).await;
        world.engine.shutdown(std::time::Duration::from_secs(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn models_have_a_part_of_the_whole() {
    let model = Arc::new(Act::of("model", Load::Ai));
    let limits = Limits { ai: 1, ..Limits::of(3) };
    let world = World::beside(vec![Arc::clone(&model)], policy(limits)).await;
    let mut held = Vec::new();
    for n in 0..3 {
        held.push(world.create_for("model", &format!("hold {n}"), |_| {}).await);
    }
    settles_at(&world, &held, 1).await;
    let pool = world.engine.pool();
    assert_eq!((pool.used, pool.total, pool.ai_used, pool.ai_total), (1, 3, 1, 1));
    let mut others = Vec::new();
    for n in 0..3 {
        others.push(world.create(&format!("hold {n}")).await);
    }
    world.eventually("the rest is used", async || at_work(&world, &others).await == 2).await;
    assert_eq!(world.engine.pool().used, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_light_does_not_wait_for_a_slot() {
    let light = Arc::new(Act::of("light", Load::Light));
    let world = World::beside(vec![light], Policy::of(1)).await;
    let long = world.create("hold").await;
    world.until(long, "executing").await;
    let reminder = world.create_for("light", "done", |_| {}).await;
    world.until(reminder, "completed").await;
    // The control: what is not light waits.
    let other = world.create("done").await;
    assert_eq!(world.state(other).await, "queued");
    assert_eq!(world.engine.pool().used, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_take_turns_although_one_came_first_with_everything() {
    let world = World::new(1).await;
    let hold = world.create("hold").await;
    world.until(hold, "executing").await;
    let mut many = Vec::new();
    for n in 0..20 {
        many.push(world.create(&format!("done {n}")).await);
    }
    let place = |task: &mut NewTask| task.workspace = Some("elsewhere".to_owned());
    let few = [
        world.create_for("act", "done a", place).await,
        world.create_for("act", "done b", place).await,
    ];
    world.cancel(hold).await;
    for id in many.iter().chain(&few) {
        world.until(*id, "completed").await;
    }
    let mut starts = Vec::new();
    for id in many.iter().chain(&few) {
        starts.push((world.card(*id).await.run.unwrap().token, few.contains(id)));
    }
    starts.sort();
    let places: Vec<_> =
        starts.iter().enumerate().filter(|(_, (_, few))| *few).map(|(n, _)| n).collect();
    assert!(places[0] <= 1 && places[1] <= 4, "the few started as number {places:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_keeps_its_deadline_while_limits_hold_work_back() {
    let limits = Limits { workspaces: caps(EVERY, 1), ..Limits::of(2) };
    let world = World::governed(tempfile::tempdir().unwrap(), policy(limits)).await;
    let mut tasks = Vec::new();
    for n in 0..6 {
        let place = move |task: &mut NewTask| task.workspace = Some(format!("w{}", n % 3));
        tasks.push(world.create_for("act", &format!("hold {n}"), place).await);
    }
    world.eventually("two at work", async || at_work(&world, &tasks).await == 2).await;
    let begun = std::time::Instant::now();
    world.engine.shutdown(std::time::Duration::from_secs(10)).await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(world.act.at_once.load(Ordering::SeqCst), 0);
    assert_eq!(world.act.most_at_once.load(Ordering::SeqCst), 2);
    let world = World::at(world.dir, 0).await;
    for id in tasks {
        assert_eq!(world.state(id).await, "queued");
    }
}

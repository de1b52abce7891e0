//! What a day may cost, and how long answers are waited for, on a real database.

use crate::clock::Wall;
use crate::support::World;
use aegis_domain::fair::Load;
use aegis_domain::machine::Command;
use aegis_domain::{
    Actor, Blocker, BudgetOf, ExecutorName, ExecutorSpec, Invalid, OnInterrupt, Outcome, Pause,
    Report, State, TaskId, Terms, Usage, Usd,
};
use aegis_doubles::WallClock;
use aegis_ports::{Clock, Ended, Executor, Job, RunHandle, Signal};
use async_trait::async_trait;
use chrono::TimeDelta;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A model. It costs what its title says, `costs 1.20`; one that `holds 1.20` does not end before it
/// is told to, unless it goes on after that.
#[derive(Default)]
struct Model {
    starts: Arc<AtomicU32>,
}

#[async_trait]
impl Executor for Model {
    fn name(&self) -> ExecutorName {
        ExecutorName::new("act")
    }
    fn load(&self) -> Load {
        Load::Ai
    }
    fn pauses(&self, _: &ExecutorSpec) -> Vec<Pause> {
        Vec::new()
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }
    fn place(&self, _: &ExecutorSpec) -> Option<String> {
        None
    }
    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        handle.started(None).await.unwrap();
        self.starts.fetch_add(1, Ordering::SeqCst);
        let title = job.task.definition.title.as_str();
        let (verb, cost) = title.split_once(' ').unwrap();
        let cost: Usd = cost.parse().unwrap();
        if job.reason == aegis_domain::RunReason::Resume {
            return Ended::succeeded("went on");
        }
        handle.report(Report::Usage(Usage { cost, ..Usage::default() }));
        if verb == "holds" {
            let mut signal = handle.signal();
            let end = |s: &Signal| !matches!(s, Signal::Go | Signal::Wait | Signal::Freeze);
            return match *signal.wait_for(end).await.unwrap() {
                Signal::Park => Outcome::Suspended,
                Signal::Shutdown => Outcome::Interrupted,
                _ => Outcome::Cancelled,
            }
            .into();
        }
        Ended::succeeded("did it")
    }
}

fn two_dollars() -> Terms {
    Terms { daily_budget: Some("2".parse().unwrap()), ..Terms::default() }
}

struct Scene {
    world: World,
    starts: Arc<AtomicU32>,
}

impl Scene {
    async fn new(clock: Arc<dyn Clock>) -> Self {
        let model = Model::default();
        let starts = Arc::clone(&model.starts);
        let dir = tempfile::tempdir().unwrap();
        Self { world: World::on_terms(dir, model, two_dollars(), clock).await, starts }
    }

    /// The next engine on the same data.
    async fn restarted(self, terms: Terms) -> Self {
        let dir = self.world.crash().await;
        let (model, clock) = (Model::default(), Arc::new(WallClock));
        let starts = Arc::clone(&model.starts);
        Self { world: World::on_terms(dir, model, terms, clock).await, starts }
    }

    async fn waits_for_money(&self, task: TaskId) {
        self.world.until(task, "blocked").await;
        let state = self.world.card(task).await.occurrence.unwrap().state;
        let State::Blocked { by, .. } = state else { panic!("{state:?}") };
        assert!(matches!(by[..], [Blocker::Budget { of: BudgetOf::Day, .. }]), "{by:?}");
    }
}

/// Parked and held work survives a crash, and goes on as soon as there is more money.
#[tokio::test(flavor = "multi_thread")]
async fn a_spent_day_stops_what_costs_money_until_there_is_more() {
    let scene = Scene::new(Arc::new(WallClock)).await;
    let parked = scene.world.create("holds 2.50").await;
    scene.world.until(parked, "awaiting").await;
    let held = scene.world.create("costs 0.10").await;
    scene.waits_for_money(held).await;
    assert_eq!(scene.starts.load(Ordering::SeqCst), 1, "nothing more has started");

    let scene = scene.restarted(two_dollars()).await;
    scene.waits_for_money(held).await;
    assert_eq!(scene.world.state(parked).await, "awaiting");
    let more = scene.world.create("costs 0.20").await;
    scene.waits_for_money(more).await;
    assert_eq!(scene.starts.load(Ordering::SeqCst), 0, "nothing has started");

    let raised = Terms { daily_budget: Some("9".parse().unwrap()), ..Terms::default() };
    scene.world.terms.send_replace(raised);
    for task in [parked, held, more] {
        scene.world.until(task, "completed").await;
    }
}

/// The budget was changed while no engine worked.
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_was_taken_away_meanwhile_keeps_nothing_back() {
    let scene = Scene::new(Arc::new(WallClock)).await;
    let first = scene.world.create("costs 2.50").await;
    scene.world.until(first, "completed").await;
    let held = scene.world.create("costs 0.10").await;
    scene.waits_for_money(held).await;
    let scene = scene.restarted(Terms::default()).await;
    scene.world.until(held, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_day_everything_goes_on_by_itself() {
    let wall = Wall::new();
    let scene = Scene::new(Arc::clone(&wall) as Arc<dyn Clock>).await;
    let parked = scene.world.create("holds 2.50").await;
    scene.world.until(parked, "awaiting").await;
    let held = scene.world.create("costs 0.10").await;
    scene.waits_for_money(held).await;
    wall.jump(TimeDelta::days(1));
    for task in [parked, held] {
        scene.world.until(task, "completed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_lets_one_piece_of_work_start_all_the_same() {
    let scene = Scene::new(Arc::new(WallClock)).await;
    let first = scene.world.create("costs 2.50").await;
    scene.world.until(first, "completed").await;
    let (let_go, held) =
        (scene.world.create("costs 0.10").await, scene.world.create("costs 0.20").await);
    scene.waits_for_money(let_go).await;
    scene.waits_for_money(held).await;
    let occurrence = scene.world.card(let_go).await.occurrence.unwrap().id;
    scene.world.engine.submit(Command::Release { occurrence, by: Actor::System }).await.unwrap();
    scene.world.until(let_go, "completed").await;
    scene.waits_for_money(held).await;
    let told = scene.world.told.all();
    let of_the_day = told.iter().filter(|n| n.title == "The day's budget is spent");
    assert_eq!(of_the_day.count(), 1, "once a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_expires_when_the_user_says_so() {
    let wall = Wall::new();
    let terms = Terms { question_expiry: Some(TimeDelta::hours(1)), ..Terms::default() };
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::clone(&wall) as Arc<dyn Clock>;
    let world = World::on_terms(dir, Model::default(), terms, clock).await;
    let asks = world
        .create_with("holds 1.50", |new| {
            new.budget = Some("1".to_owned());
            new.on_interrupt = OnInterrupt::Ask;
        })
        .await;
    world.until(asks, "awaiting").await;
    wall.jump(TimeDelta::minutes(59));
    let other = world.create("costs 0.10").await;
    world.until(other, "completed").await;
    assert_eq!(world.state(asks).await, "awaiting");
    wall.jump(TimeDelta::minutes(2));
    world.until(asks, "expired").await;
    let told = async || {
        let told = world.told.all();
        told.iter().any(|n| n.title == "#1 was not answered in time")
    };
    world.eventually("it is told", told).await;
}

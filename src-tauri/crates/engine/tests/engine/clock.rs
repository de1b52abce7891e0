//! P10: the clock jumps, and the machine sleeps. A suspend is a jump forwards during which nothing
//! moved.

use crate::support::World;
use aegis_domain::{Event, EventSeq, Occurrence, Schedule, StateName, TaskId, Timestamp};
use aegis_doubles::WallClock;
use aegis_ports::Clock;
use chrono::TimeDelta;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What is overdue starts so soon after a jump.
const SOON: Duration = Duration::from_secs(2);

/// A clock that the test sets.
pub struct Wall(watch::Sender<TimeDelta>);

impl Wall {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(TimeDelta::zero())))
    }

    pub fn jump(&self, by: TimeDelta) {
        self.0.send_modify(|ahead| *ahead += by);
    }
}

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        WallClock.now() + *self.0.borrow()
    }

    fn ahead(&self) -> Option<watch::Receiver<TimeDelta>> {
        Some(self.0.subscribe())
    }
}

fn minutely() -> Schedule {
    let kind = json!({
        "kind": "recurring", "rule": { "type": "every", "secs": 60 }, "zone": "UTC",
    });
    serde_json::from_value(kind).unwrap()
}

/// The tasks of one world.
struct Scene {
    world: World,
    wall: Arc<Wall>,
    /// Every minute.
    tick: TaskId,
    /// At work, in the only slot that is not free.
    hold: TaskId,
}

impl Scene {
    async fn new() -> Self {
        let wall = Wall::new();
        let world = World::at_clock(2, Arc::clone(&wall) as Arc<dyn Clock>).await;
        let hold = world.create("hold on").await;
        world.until(hold, "executing").await;
        let tick = world.create_at("done tick", minutely()).await;
        Self { world, wall, tick, hold }
    }

    async fn ticks(&self) -> Vec<Occurrence> {
        let tick = self.tick;
        self.world.engine.store().read(move |r| r.occurrences(tick, 100)).await.unwrap()
    }

    async fn completed(&self) -> usize {
        self.ticks().await.iter().filter(|o| o.state.name() == StateName::Completed).count()
    }

    /// Sets the clock, and waits for the task that ticks to do so once more. How long that took.
    async fn ticks_after(&self, jump: TimeDelta) -> Duration {
        let before = self.completed().await;
        let begun = Instant::now();
        self.wall.jump(jump);
        let what = format!("a tick after {jump}");
        self.world.eventually(&what, async || self.completed().await > before).await;
        let took = begun.elapsed();
        self.has_looked().await;
        assert_eq!(self.completed().await, before + 1, "more than once after {jump}");
        took
    }

    /// Sets the clock, with nothing to do after it.
    async fn jump(&self, jump: TimeDelta) {
        self.wall.jump(jump);
        self.has_looked().await;
    }

    /// The engine has seen what the clock shows now: it has done something that came after, and
    /// nothing is due any more.
    async fn has_looked(&self) {
        let id = self.world.create("done").await;
        self.world.until(id, "completed").await;
        let kept = async || {
            let now = self.wall.now();
            let agenda = self.world.engine.store().read(move |r| r.agenda(now, 10)).await.unwrap();
            agenda.due.is_empty() && self.ticks().await.iter().all(|o| o.state.is_terminal())
        };
        self.world.eventually("the schedule is kept", kept).await;
    }

    async fn events(&self) -> Vec<Event> {
        self.world.engine.store().read(|r| r.events_after(EventSeq(0), 10_000)).await.unwrap()
    }
}

fn jumps() -> Vec<TimeDelta> {
    let ahead = [
        TimeDelta::seconds(1),
        TimeDelta::seconds(59),
        TimeDelta::minutes(10),
        TimeDelta::hours(1),
        TimeDelta::days(1),
        TimeDelta::days(30),
        TimeDelta::days(365),
        TimeDelta::days(3652),
    ];
    ahead.into_iter().flat_map(|jump| [jump, -jump]).collect()
}

/// One story for each jump: the schedule goes on within two seconds, nothing comes twice, and what
/// runs is not disturbed.
#[tokio::test(flavor = "multi_thread")]
async fn after_every_jump_what_is_overdue_starts_at_once_and_nothing_comes_twice() {
    let mut slowest = Duration::ZERO;
    let minute = TimeDelta::seconds(61);
    for jump in jumps() {
        let scene = Scene::new().await;
        let mut took = scene.ticks_after(minute).await;
        if jump >= TimeDelta::seconds(60) {
            // One start for all that was slept through.
            took = took.max(scene.ticks_after(jump).await);
        } else {
            scene.jump(jump).await;
        }
        // And it goes on, whatever the clock shows now.
        for _ in 0..2 {
            took = took.max(scene.ticks_after(minute).await);
        }
        slowest = slowest.max(took);
        let instants: Vec<_> = scene.ticks().await.iter().filter_map(|o| o.instant).collect();
        let unique: BTreeSet<_> = instants.iter().collect();
        assert_eq!(unique.len(), instants.len(), "an instant came twice after {jump}");
        assert_eq!(scene.world.state(scene.hold).await, "executing");
        let events = scene.events().await.len();
        assert!(events < 150, "a flood of {events} events after {jump}");
    }
    assert!(slowest < SOON, "{slowest:?}");
    let jumps = jumps().len();
    println!("promise P10 {jumps} jumps of 1 s to 10 years: the latest start {slowest:?} after");
}

/// Bad input: a clock that is put back ten years. What waits for a slot, or for another try, was
/// to start at moments that are now far away.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_the_clock_is_put_back_ten_years_does_not_wait_ten_years() {
    let wall = Wall::new();
    let world = World::at_clock(1, Arc::clone(&wall) as Arc<dyn Clock>).await;
    let flaky = world.create("flaky").await;
    world.eventually("a first try", async || world.act.has_tried(flaky)).await;
    world.until(flaky, "queued").await;
    let hold = world.create("hold on").await;
    world.until(hold, "executing").await;
    let waits = world.create("done").await;
    wall.jump(TimeDelta::days(-3652));
    let begun = Instant::now();
    world.cancel(hold).await;
    world.until(waits, "completed").await;
    world.until(flaky, "completed").await;
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    // What is asked for from now on is of now.
    let later = world.create_at("done", Schedule::at(wall.now() + TimeDelta::hours(1))).await;
    wall.jump(TimeDelta::hours(1));
    world.until(later, "completed").await;
}

/// An instant of the wall clock is one: it is waited for when the clock is put back before it
/// came, and comes once when the clock passes it twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_time_of_the_wall_clock_comes_when_the_clock_shows_it_and_once() {
    let wall = Wall::new();
    let world = World::at_clock(2, Arc::clone(&wall) as Arc<dyn Clock>).await;
    let at = wall.now() + TimeDelta::hours(2);
    let id = world.create_at("done", Schedule::at(at)).await;
    wall.jump(TimeDelta::hours(-3));
    wall.jump(TimeDelta::hours(4));
    let sentinel = world.create("done").await;
    world.until(sentinel, "completed").await;
    assert_eq!(world.state(id).await, "none", "it is one hour too early");
    for jump in [2, -5, 6] {
        wall.jump(TimeDelta::hours(jump));
        world.until(id, "completed").await;
    }
    let all = world.engine.store().read(move |r| r.occurrences(id, 10)).await.unwrap();
    assert_eq!(all.len(), 1);
}

/// The control: without word of the jump the engine sleeps on.
#[tokio::test(flavor = "multi_thread")]
async fn without_word_of_a_jump_the_engine_sleeps_on() {
    struct Silent(Arc<Wall>, AtomicU32);
    impl Clock for Silent {
        fn now(&self) -> Timestamp {
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.now()
        }
    }
    let wall = Wall::new();
    let clock = Arc::new(Silent(Arc::clone(&wall), AtomicU32::new(0)));
    let world = World::at_clock(2, Arc::clone(&clock) as _).await;
    let id = world.create_at("done", Schedule::at(wall.now() + TimeDelta::hours(1))).await;
    // The look after the commit is over when nobody has asked for the time for a while.
    let mut asked = (0, Instant::now());
    let sleeps = async || {
        let times = clock.1.load(Ordering::SeqCst);
        if times != asked.0 {
            asked = (times, Instant::now());
        }
        asked.1.elapsed() > Duration::from_millis(200)
    };
    world.eventually("the engine sleeps", sleeps).await;
    wall.jump(TimeDelta::hours(2));
    let begun = Instant::now();
    let events = async || world.engine.store().read(|r| r.last_seq()).await.unwrap();
    let before = events().await;
    while begun.elapsed() < Duration::from_millis(500) {
        assert_eq!(world.state(id).await, "none");
        tokio::task::yield_now().await;
    }
    assert_eq!(events().await, before);
    // Whatever has to do with time makes it look.
    world.create_at("done", Schedule::at(wall.now() + TimeDelta::hours(1))).await;
    world.until(id, "completed").await;
}

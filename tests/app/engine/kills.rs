//! The engine is killed, again and again, at random moments: P1, P3, P12 of docs/promises.md.
//!
//! What it acknowledged is on record in this process, which is another one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::harness::database::{Contents, integrity};
use crate::harness::dice::{Dice, cases};
use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::process::{Process, children_of};
use crate::harness::program::start_aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};
use crate::harness::wire::Wire;

/// Kills of one database; then the next begins, so that looking at all of it stays quick.
const KILLS_A_HOME: u64 = 25;

/// From the engine's death to the last of its children's.
const CHILDREN: Duration = Duration::from_secs(2);

/// Asks for tasks until the engine is gone; the numbers that it acknowledged.
fn ask(home: &Home, told: &mpsc::Sender<()>, killed: &AtomicBool, seed: u64) -> Vec<u64> {
    let mut wire = loop {
        match Wire::try_connect(home) {
            Some(wire) => break wire,
            None if killed.load(Ordering::SeqCst) => return Vec::new(),
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    let mut numbers = Vec::new();
    for n in seed.. {
        // One in eight runs; the rest is only kept.
        let schedule = if n % 8 == 0 { "now" } else { "manual" };
        match wire.create(home, schedule, "true") {
            Ok(number) => numbers.push(number),
            Err(_) => return numbers,
        }
        let _ = told.send(());
    }
    numbers
}

/// Starts the engine, has three ask at once, and kills it at a random moment. The numbers that
/// were acknowledged.
fn asked_and_killed(home: &Home, dice: &mut Dice) -> Vec<u64> {
    let serve = start_aegis(home, &["serve"]);
    let (told, first) = mpsc::channel();
    let killed = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = [0, 3, 6].map(|seed| {
            let (told, killed) = (told.clone(), &killed);
            scope.spawn(move || ask(home, &told, killed, seed))
        });
        first.recv_timeout(RUN).expect("a first acknowledgement");
        // The moment is the point, not something to wait for.
        thread::sleep(Duration::from_micros(dice.below(120_000)));
        serve.kill();
        killed.store(true, Ordering::SeqCst);
        asking.into_iter().flat_map(|asking| asking.join().expect("an answer")).collect()
    })
}

/// The newest tasks that an engine shows.
fn newest(wire: &mut Wire) -> BTreeSet<u64> {
    let page = wire.call("task.list", &json!({ "limit": 500 })).expect("a list");
    let tasks = page["tasks"].as_array().expect("tasks");
    tasks.iter().map(|task| task["number"].as_u64().expect("a number")).collect()
}

/// P1: 15 kills; 1,000 with `AEGIS_PROMISES=full`.
#[test]
fn a_thousand_kills_lose_nothing_that_was_acknowledged() {
    let kills = cases(1000, 15);
    let mut dice = Dice::new(1);
    let mut kept = 0;
    for first in (0..kills).step_by(KILLS_A_HOME as usize) {
        let home = Home::new();
        let mut acknowledged = BTreeSet::new();
        for _ in first..kills.min(first + KILLS_A_HOME) {
            let new = asked_and_killed(&home, &mut dice);
            {
                let _serve = start_aegis(&home, &["serve"]);
                let there = newest(&mut Wire::connect(&home));
                let lost: Vec<_> = new.iter().filter(|n| !there.contains(n)).collect();
                assert_eq!(lost, [&0; 0], "acknowledged, and lost by the kill after it");
                assert_eq!(integrity(&home), "ok");
            }
            acknowledged.extend(new);
        }
        let contents = Contents::of(&home);
        let lost: Vec<_> = acknowledged.difference(&contents.numbers()).copied().collect();
        assert_eq!(lost, [0; 0], "acknowledged, and lost by a later kill");
        let twice = contents.completions().into_iter().filter(|(_, times)| *times > 1);
        assert_eq!(twice.collect::<Vec<_>>(), []);
        kept += acknowledged.len();
    }
    println!("promise P1 {kills} kills of the engine: 0 of {kept} acknowledgements lost, 0 twice");
}

/// The control: a database that forgets its log after a kill has lost what was acknowledged.
#[test]
fn without_its_log_a_killed_engine_has_lost_something() {
    let home = Home::new();
    let acknowledged = asked_and_killed(&home, &mut Dice::new(2));
    std::fs::remove_file(home.data().join("aegis.db-wal")).unwrap();
    let _serve = start_aegis(&home, &["serve"]);
    let there = newest(&mut Wire::connect(&home));
    assert!(acknowledged.iter().any(|number| !there.contains(number)), "nothing was in the log");
}

/// Work that is in flight when the engine is killed: some of it short, some that has children
/// which left it and ignore every signal that can be ignored.
fn script(dice: &mut Dice) -> String {
    let millis = dice.below(300);
    match dice.below(3) {
        0 => "true".to_owned(),
        1 => format!("sleep 0.{millis:03}"),
        _ => format!(
            "trap '' TERM INT HUP\n(setsid sh -c 'trap \"\" TERM INT HUP; sleep 0.{millis:03}' &)\n\
             sleep 0.{millis:03}"
        ),
    }
}

/// Kills the engine, and waits for the end of everything that it ran. How long that took.
fn killed(home: &Home, serve: Process) -> Duration {
    let death = Instant::now();
    serve.kill();
    home.wait_for_processes_in("work", |count| count == 0);
    death.elapsed()
}

/// Kills the engine and every helper at the same moment: what left its parent is an orphan then.
fn killed_with_helpers(home: &Home, serve: Process) -> Vec<Pid> {
    // Held still, so that it does not answer the end of its helpers.
    serve.signal(Signal::STOP);
    for helper in children_of(serve.pid()) {
        // One may have ended by itself.
        let _ = kill_process(helper, Signal::KILL);
    }
    serve.kill();
    home.processes_in("work")
}

/// Starts an engine, which ends what the one before left behind. How long that took.
fn started_over(home: &Home, orphans: &[Pid]) -> (Process, Wire, Duration) {
    let serve = start_aegis(home, &["serve"]);
    let wire = Wire::connect(home);
    let begun = Instant::now();
    poll::until("the orphans' end", RUN, || {
        let left = home.processes_in("work");
        orphans.iter().all(|orphan| !left.contains(orphan)).then_some(())
    });
    (serve, wire, begun.elapsed())
}

/// P3 and P12: 10 kills while runs are in flight; 500 with `AEGIS_PROMISES=full`.
#[test]
fn five_hundred_kills_leave_no_child_and_nothing_stuck() {
    let kills = cases(500, 10);
    let mut dice = Dice::new(3);
    let (mut in_flight, mut runs, mut work, mut left) = (0, 0, 0, 0);
    let (mut slowest, mut slowest_orphan) = (Duration::ZERO, Duration::ZERO);
    for first in (0..kills).step_by(KILLS_A_HOME as usize) {
        let mut home = Home::new();
        home.set("AEGIS_SLOTS", "6");
        let mut orphans = Vec::new();
        for kill in first..kills.min(first + KILLS_A_HOME) {
            let (mut serve, mut wire, took) = started_over(&home, &orphans);
            assert!(took < CHILDREN, "an orphan lived on for {took:?}");
            slowest_orphan = slowest_orphan.max(took);
            for _ in 0..4 {
                let made = wire.create(&home, "now", &script(&mut dice));
                assert!(made.is_ok(), "{made:?} of {:?}: {}", serve.ended(), serve.output());
            }
            thread::sleep(Duration::from_micros(dice.below(250_000)));
            // Every fifth time the helpers are killed too.
            orphans.clear();
            if kill % 5 == 4 {
                orphans = killed_with_helpers(&home, serve);
                left += orphans.len();
                continue;
            }
            let took = killed(&home, serve);
            assert!(took < CHILDREN, "a child outlived the engine by {took:?}");
            slowest = slowest.max(took);
        }
        {
            let (_serve, mut wire, _) = started_over(&home, &orphans);
            poll::until("the end of all work", 3 * RUN, || {
                let mut is_empty = |column: &str| {
                    let of_column = json!({ "column": column, "limit": 1 });
                    let page = wire.call("task.list", &of_column).expect("a list");
                    page["tasks"] == json!([])
                };
                (is_empty("queued") && is_empty("running")).then_some(())
            });
        }
        let contents = Contents::of(&home);
        let states = contents.states();
        let ended = states.get("completed").copied().unwrap_or(0)
            + states.get("failed").copied().unwrap_or(0);
        assert_eq!(ended as usize, contents.occurrences(), "stuck: {states:?}");
        let twice = contents.completions().into_iter().filter(|(_, times)| *times > 1);
        assert_eq!(twice.collect::<Vec<_>>(), []);
        let outcomes = contents.outcomes();
        assert!(!outcomes.contains_key("none"), "runs without an end: {outcomes:?}");
        work += contents.occurrences();
        runs += outcomes.values().sum::<usize>();
        in_flight += outcomes.get("interrupted").copied().unwrap_or(0);
    }
    assert!(in_flight > 0, "no kill met a run");
    assert!(runs - work <= in_flight, "{runs} runs of {work} pieces of work, {in_flight} cut off");
    let again = runs - work;
    println!(
        "promise P3 {kills} kills: {in_flight} runs in flight, {again} run again, 0 stuck; {left} \
         orphans of engines killed with their helpers, ended {slowest_orphan:?} after the start"
    );
    let alone = kills - kills / 5;
    println!("promise P12 {alone} kills: 0 children left after {slowest:?}");
}

/// The controls: whoever is not ended by its helper goes on, and what is not recovered stays stuck.
#[test]
fn without_helper_and_recovery_work_goes_on_and_stays_stuck() {
    let home = Home::new();
    let serve = start_aegis(&home, &["serve"]);
    let number = Wire::connect(&home).create(&home, "now", "sleep 600; true").unwrap();
    home.wait_for_processes_in("work", |count| count >= 1);
    let helpers = children_of(serve.pid());
    for helper in &helpers {
        kill_process(*helper, Signal::STOP).unwrap();
    }
    serve.kill();
    assert_ne!(home.processes_in("work"), [], "somebody else ends them");
    // A command that holds the lock for itself recovers nothing.
    let task = tasks::show(&home, number);
    assert_eq!(task.state(), "executing");
    for helper in &helpers {
        kill_process(*helper, Signal::CONT).unwrap();
    }
    home.wait_for_processes_in("work", |count| count == 0);
    let _serve = Serve::start(&home);
    tasks::wait_until(&home, number, "running again", RUN, |task| task.runs() == 2);
}

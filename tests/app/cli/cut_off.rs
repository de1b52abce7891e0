//! Restore and import are killed at random moments: all or nothing.

use std::time::{Duration, Instant};

use crate::harness::database::{Contents, integrity};
use crate::harness::dice::{Dice, cases};
use crate::harness::home::Home;
use crate::harness::program::{aegis, start_aegis};
use crate::harness::tasks;

/// Starts a command and kills it at a random moment of the time that it takes, or a little later.
fn killed(home: &Home, words: &[&str], takes: Duration, dice: &mut Dice) {
    let process = start_aegis(home, words);
    // The moment is the point, not something to wait for.
    let most = u64::try_from(takes.as_micros() * 5 / 4).unwrap();
    std::thread::sleep(Duration::from_micros(dice.below(most)));
    process.kill();
}

/// How long a command takes that is left alone.
fn takes(home: &Home, words: &[&str]) -> Duration {
    let begun = Instant::now();
    aegis(home, words).exits(0);
    begun.elapsed()
}

fn create(home: &Home, title: &str) {
    let description = "x".repeat(20_000);
    let words = ["--executor", "shell", "--manual", "--description", &description, "--title"];
    tasks::create(home, &[&words[..], &[title, "--", "true"]].concat());
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_database_or_the_new_one() {
    let home = Home::new();
    for n in 0..20 {
        create(&home, &format!("task {n}"));
    }
    let backup = aegis(&home, &["backup", "create", "--json"]).exits(0).json();
    let backup = backup["name"].as_str().unwrap();
    create(&home, "made after it");
    let words = ["backup", "restore", backup];
    let takes = takes(&home, &words);
    create(&home, "made after it");
    let (mut dice, mut old) = (Dice::new(1), 0);
    let kills = cases(100, 5);
    for _ in 0..kills {
        killed(&home, &words, takes, &mut dice);
        let found = Contents::of(&home).numbers().len();
        assert!(matches!(found, 20 | 21), "{found} tasks");
        assert_eq!(integrity(&home), "ok");
        if found == 20 {
            create(&home, "made after it");
        } else {
            old += 1;
        }
    }
    assert!(old > 0, "no kill came in time");
    println!("promise P20 {kills} restores killed, {old} in time: one of the two databases, whole");
}

#[test]
fn an_import_that_is_killed_leaves_all_or_nothing() {
    let home = Home::new();
    for n in 0..60 {
        create(&home, &format!("task {n}"));
    }
    let file = home.home().join("all.jsonl");
    let file = file.to_str().unwrap();
    aegis(&home, &["export", file]).exits(0);
    let takes = takes(&Home::new(), &["import", file]);
    let (mut dice, mut nothing) = (Dice::new(2), 0);
    let kills = cases(100, 5);
    for _ in 0..kills {
        let other = Home::new();
        killed(&other, &["import", file], takes, &mut dice);
        let found = tasks::list(&other).len();
        assert!(matches!(found, 0 | 50), "{found} tasks on a page of 50");
        nothing += u64::from(found == 0);
    }
    assert!(nothing > 0, "no kill came in time");
    println!("promise P20 {kills} imports killed, {nothing} in time: all or nothing");
}

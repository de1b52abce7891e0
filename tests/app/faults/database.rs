//! A database that this Aegis cannot work with is left exactly as it is.

use std::fs;
use std::path::PathBuf;

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::tasks;

/// Where SQLite keeps `PRAGMA user_version`: <https://www.sqlite.org/fileformat.html#the_database_header>.
const USER_VERSION: std::ops::Range<usize> = 60..64;
const PAGE: usize = 4096;

/// A home with one task, and the file that holds it.
fn with_database() -> (Home, PathBuf) {
    let home = Home::new();
    tasks::create(&home, &["--executor", "shell", "--manual", "--title", "kept", "--", "true"]);
    let [database] = &home.databases()[..] else { panic!("one database") };
    let database = database.clone();
    (home, database)
}

#[track_caller]
fn is_refused_and_left_alone(home: &Home, database: &PathBuf, words: &[&str]) {
    let before = fs::read(database).unwrap();
    for command in [&["serve"][..], &["task", "list"], &["quick-add", "run: true"]] {
        aegis(home, command).refuses(5, words);
    }
    assert!(fs::read(database).unwrap() == before, "the database was changed");
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let (home, database) = with_database();
    let good = fs::read(&database).unwrap();
    let mut newer = good.clone();
    newer[USER_VERSION].copy_from_slice(&9999_u32.to_be_bytes());
    fs::write(&database, newer).unwrap();
    is_refused_and_left_alone(&home, &database, &["newer", database.to_str().unwrap()]);
    fs::write(&database, good).unwrap();
    assert_eq!(tasks::list(&home), [1], "the right version still reads it");
}

#[test]
fn a_damaged_database_is_refused() {
    let (home, database) = with_database();
    let mut damaged = fs::read(&database).unwrap();
    let end = damaged.len();
    damaged[100..PAGE].fill(0xA5);
    damaged[end - PAGE..].fill(0xA5);
    fs::write(&database, damaged).unwrap();
    is_refused_and_left_alone(&home, &database, &["damaged", database.to_str().unwrap()]);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (home, database) = with_database();
    fs::write(&database, "The cat sat on the mat. ".repeat(1000)).unwrap();
    is_refused_and_left_alone(&home, &database, &[database.to_str().unwrap()]);
}

#[test]
fn a_database_that_was_cut_short_is_refused() {
    let (home, database) = with_database();
    let whole = fs::read(&database).unwrap();
    fs::write(&database, &whole[..PAGE + PAGE / 2]).unwrap();
    is_refused_and_left_alone(&home, &database, &["damaged", database.to_str().unwrap()]);
}

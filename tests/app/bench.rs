//! The benchmarks, at a size that says nothing of the speed: that they can be run at any time, and
//! that they fail when what they measure does not work.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::harness::home::Home;
use crate::harness::program::{Finished, path, program_within};

/// Each takes seconds; a busy machine takes many times as long.
const LIMIT: Duration = Duration::from_secs(100);

fn measure(home: &Home, program: &Path, figure: &str) -> Finished {
    let words = ["figures", "--size", "tiny", "--no-peers", "--only", figure];
    program_within(home, program, &words, LIMIT)
}

/// The figure is one line with its target and whether it was met, and what it is made of below.
#[track_caller]
fn is_taken(figure: &str) {
    let home = Home::new();
    let taken = measure(&home, &path("aegis-bench"), figure).exits(0).text();
    let mut lines = taken.lines();
    let first: Vec<&str> = lines.next().expect("a line").split(" | ").collect();
    let [seen, target, verdict] = first.as_slice() else { panic!("another form: {taken}") };
    assert!(seen.starts_with(&format!("{figure} ")), "{taken}");
    assert!(seen.contains(|c: char| c.is_ascii_digit()), "{taken}");
    assert!(target.starts_with("target "), "{taken}");
    assert!(["holds", "falls short", "not judged"].contains(verdict), "{taken}");
    let raw: Vec<&str> = lines.collect();
    assert!(!raw.is_empty() && raw.iter().all(|line| line.starts_with("     ")), "{taken}");
    assert_eq!(leftovers(&home), Vec::<PathBuf>::new(), "what was measured is still there");
}

/// What lies where the databases were.
fn leftovers(home: &Home) -> Vec<PathBuf> {
    let work = home.home().join(".cache/aegis/bench/work");
    fs::read_dir(work).expect("the folder").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn throughput_is_taken() {
    is_taken("S1");
}

#[test]
fn durable_throughput_is_taken() {
    is_taken("S2");
}

#[test]
fn pickup_is_taken() {
    is_taken("S3");
}

#[test]
fn throughput_beside_a_backlog_is_taken() {
    is_taken("S4");
}

#[test]
fn shell_runs_are_taken() {
    is_taken("S5");
}

#[test]
fn timers_are_taken() {
    is_taken("S6");
}

#[test]
fn idling_is_taken() {
    is_taken("S7");
}

#[test]
fn programs_at_work_are_taken() {
    is_taken("S7b");
}

#[test]
fn a_restart_is_taken() {
    is_taken("S8");
}

#[test]
fn the_api_is_taken() {
    is_taken("S12");
}

#[test]
fn our_own_loop_is_repeated_for_profilers() {
    let home = Home::new();
    let words = ["own", "--durability", "full", "--submitters", "2", "--seconds", "1"];
    let taken = program_within(&home, &path("aegis-bench"), &words, LIMIT).exits(0).text();
    assert!(taken.contains("2 submitters, synchronous=FULL"), "{taken}");
}

#[test]
fn a_figure_that_nobody_takes_is_refused() {
    let home = Home::new();
    measure(&home, &path("aegis-bench"), "S99").refuses(1, &["S99", "S1", "S12"]);
}

#[test]
fn a_figure_that_cannot_be_taken_fails() {
    let home = Home::new();
    // Beside this copy there is no helper.
    let alone = home.home().join("aegis-bench");
    fs::copy(path("aegis-bench"), &alone).expect("a copy");
    let failed = measure(&home, &alone, "S5").exits(1);
    assert!(failed.text().starts_with("S5 does not work: "), "{failed:?}");
    assert!(failed.stderr.contains("1 of the figures could not be taken"), "{failed:?}");
}

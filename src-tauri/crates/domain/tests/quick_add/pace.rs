//! A line is read while somebody types it, at every key.

use crate::at_desk::{ZONE, instant};
use aegis_domain::quick_add;
use std::time::{Duration, Instant};

/// The longest time that reading any line may take. Without optimisation it takes twenty times as
/// long.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 100 } else { 5 });

/// As much of `words` as fits a line, over 4 KiB where the words have other letters than ASCII.
fn longest(words: &str) -> String {
    format!("{words} ").chars().cycle().take(2_000).collect()
}

#[test]
fn the_longest_lines_are_read_at_once() {
    let now = instant("2026-11-21T14:30:00Z");
    let lines = [
        "größe",
        "every",
        "every mon and",
        "mon,",
        "at 7 and",
        "at 7,",
        "the 1st and",
        "1st,",
        "after #12 and",
        "except 24 december and",
        "until from between except",
        "from 9 to",
        "every day at 7am until 1 march europe/berlin",
        "at 9 europe/x",
        "in 1 hour and",
        "twice a",
        "\"",
        "\"every day\"",
        "p5 #tag @bob ~web",
    ];
    for words in lines {
        for prefix in ["", "remind me ", "run: ", "claude: "] {
            let line: String = format!("{prefix}{}", longest(words)).chars().take(2_000).collect();
            // The best of three: a busy machine is not what is measured.
            let taken = (0..3).map(|_| {
                let start = Instant::now();
                std::hint::black_box(quick_add::read(&line, now, ZONE));
                start.elapsed()
            });
            let best = taken.min().unwrap();
            assert!(best < LIMIT, "{prefix}{words} …: {best:?}");
        }
    }
}

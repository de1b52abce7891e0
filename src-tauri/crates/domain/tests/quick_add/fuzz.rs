//! P18: whatever is typed is answered, soon and without a panic.

use crate::at_desk::read;
use aegis_domain::Entropy;
use std::time::{Duration, Instant};

/// Lines that are tried; fifty times as many with `AEGIS_PROMISES=full`.
const LINES: u64 = 20_000;
/// The longest that one line may take, in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(2);

/// What lines are made of: everything that the grammar looks for, and what it should not fall over.
const WORDS: &[&str] = &[
    "remind",
    "me",
    "to",
    "run:",
    "claude:",
    "every",
    "other",
    "second",
    "day",
    "weekday",
    "weekend",
    "week",
    "month",
    "hour",
    "mon",
    "tuesday",
    "fri",
    "mondays",
    "daily",
    "weekly",
    "monthly",
    "hourly",
    "first",
    "last",
    "2nd",
    "15th",
    "of",
    "the",
    "on",
    "at",
    "in",
    "and",
    "or",
    ",",
    "between",
    "from",
    "until",
    "for",
    "except",
    "starting",
    "after",
    "#12",
    "#health",
    "@ada",
    "~site",
    "~/x",
    "p8",
    "p11",
    "!high",
    "7",
    "7am",
    "18:30",
    "25:00",
    "9",
    "17",
    "noon",
    "midnight",
    "tonight",
    "tomorrow",
    "today",
    "next",
    "1h30",
    "45",
    "min",
    "minutes",
    "2",
    "0",
    "99999999999",
    "1",
    "december",
    "2026-12-01",
    "31",
    "february",
    "europe/berlin",
    "est",
    "utc",
    "10",
    "times",
    "\"",
    "\"quoted words\"",
    "{{x}}",
    "\\{{",
    "ß",
    "日本",
    "e\u{301}",
    "\u{202e}",
    "\u{0}",
    "🦀",
    "-",
    "--",
    "/",
    ":",
    "..",
    "'",
];
const GAPS: &[&str] = &[" ", " ", " ", " ", "  ", "", ", ", "\t", "\u{a0}", "\n"];

#[test]
fn a_million_lines_are_answered() {
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let lines = if full { 50 * LINES } else { LINES };
    let mut entropy = Entropy::new(18);
    let mut pick = |from: &[&'static str]| {
        let last = u64::try_from(from.len() - 1).unwrap();
        from[usize::try_from(entropy.up_to(last)).unwrap()]
    };
    let mut understood = 0_u64;
    for number in 0..lines {
        let mut line = String::new();
        for _ in 0..=(number % 14) {
            line.push_str(pick(WORDS));
            line.push_str(pick(GAPS));
        }
        let begun = Instant::now();
        let reading = read(&line);
        assert!(begun.elapsed() < LIMIT, "{line:?} took {:?}", begun.elapsed());
        match reading.task {
            Ok(_) => understood += 1,
            Err(problem) => {
                let said = !problem.message.is_empty() && !problem.hint.is_empty();
                assert!(said, "{line:?} is refused without a word");
            }
        }
        for span in &reading.spans {
            assert!(line.get(span.start..span.end).is_some(), "{line:?} has no {span:?}");
        }
    }
    assert!(understood > lines / 10, "only {understood} of {lines} were understood");
    println!("promise P18 {lines} quick-add lines answered, {understood} of them understood");
}

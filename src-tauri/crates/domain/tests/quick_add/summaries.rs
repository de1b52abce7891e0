//! What people read before they press Enter.

use crate::at_desk::read;
use std::fmt::Write;

const LINES: &[&str] = &[
    "run: cargo --version in ~/src",
    "run: ls *.rs | wc -l",
    "run: echo \"$HOME\"",
    "run: make p8 #ci",
    "at 16:00 p8 #ci run: make -j2 in \"~/My Projects\"",
    "run:",
    "run: echo 'a",
    "remind me in 1 minute to stretch p5",
    "remind me to stretch in 30 seconds",
    "remind me to stretch in 1h30 #health #body",
    "remind me at 7 to stretch",
    "remind me at noon to stretch",
    "remind me tomorrow at 7am to stretch",
    "remind me tomorrow to stretch",
    "remind me tonight at 11 to stretch",
    "remind me today to stretch",
    "remind me today at 9 to stretch",
    "remind me next fri to stretch",
    "remind me on saturday at 18:00 to stretch",
    "remind me in 2 days to stretch",
    "remind me in 3 months to stretch",
    "remind me 2027-03-28 02:30 to stretch",
    "remind me january 2nd to stretch",
    "remind me 2026-11-20 to stretch",
    "remind me in 5 minutes to call at 16:00",
    "remind me at 18:00 to prepare for tomorrow",
    "remind me to stretch tomorrow in 5 minutes",
    "remind me to stretch every weekday at 7am",
    "remind me in 1000 years to stretch",
    "remind me in 5 minutes",
    "remind me to stretch",
    "remind me",
    "remind me every weekend to stretch",
    "remind me every other tuesday at 18:30 to stretch",
    "remind me first monday of the month to stretch",
    "remind me every 45 min between 9 and 17 on weekdays to stretch",
    "remind me every hour at :15 and :45 to stretch",
    "remind me every 24 december at 18:00 to light the tree",
    "remind me every day at 7am utc to stretch",
    "remind me every day at 7am america/new_york, 10 times, to stretch",
    "remind me every day at 7am from 1 december to 24 december except sundays to stretch",
    "remind me every day at 7am except 24 december to stretch",
    "remind me after #12 or #14 to deploy",
    "exercise every weekday at 7am #health p8",
    "review weekly",
    "every weekday at 7 run: backup.sh",
    "after #12 and #14 @bob ~web p8 run: make",
    "every monday at 9am claude: triage the inbox",
    "buy milk",
    "buy milk p8 #home",
    "dinner with Bob at 19:00",
    "fix the run: button",
    "answer #12",
    "say \"hello",
    "buy milk p11",
    "buy milk p3 p4",
    "learn #c++",
    "#home",
    "",
    "a\u{7}b",
];

#[test]
fn readings_are_told_in_plain_words() {
    let mut told = String::new();
    for line in LINES {
        let reading = read(line);
        writeln!(told, "> {}", line.escape_debug()).unwrap();
        writeln!(told, "  {}", reading.summary).unwrap();
        for assumption in reading.assumptions {
            writeln!(told, "  assumed: {assumption}").unwrap();
        }
        if let Err(problem) = reading.task {
            writeln!(told, "  problem: {} {}", problem.message, problem.hint).unwrap();
        }
    }
    insta::assert_snapshot!(told);
}

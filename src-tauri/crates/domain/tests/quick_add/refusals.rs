//! Every sentence that a line can be refused with, for people to read in one place.

use crate::at_desk::problem;
use std::fmt::Write;

const LINES: &[&str] = &[
    // What is no line.
    "",
    "a\0b",
    // Marks.
    "p5 #home",
    "buy milk p11",
    "buy milk p3 p4",
    "learn #c++",
    "@a @b fix it",
    "fix @media(print)",
    "~a ~b fix it",
    "write after #12 and #13 or #14",
    "write after #99999999999999999999999",
    // Commands and prompts.
    "run:",
    "run: echo 'a",
    "run: echo a\\",
    "run: '' x",
    "claude:",
    "p8 claude:  ",
    "until 16:00 run: make",
    "10 times run: make",
    "tomorrow at 9 every day run: make",
    // Reminders.
    "remind me",
    "remind me in 5 minutes",
    "remind me to stretch",
    // Times.
    "remind me at 25:00 to stretch",
    "remind me 2026-02-30 to stretch",
    "remind me today to stretch",
    "remind me today at 9 to stretch",
    "remind me in 0 minutes to stretch",
    "remind me in 101 years to stretch",
    "remind me tonight at 14:30 to stretch",
    "remind me tomorrow in 5 minutes to stretch",
    // Zones.
    "remind me at 9 EST to stretch",
    "remind me at 9 utc+2 to stretch",
    "remind me at 9 europe/berlinn to stretch",
    "remind me at 9 utc europe/berlin to stretch",
    "remind me at 9 utc tomorrow europe/berlin to stretch",
    "remind me every day utc to stretch at 9am europe/berlin",
    "remind me every day at 9am utc until 1 march europe/berlin to stretch",
    "at 9am utc every day europe/berlin run: make",
    // Repetitions.
    "every day at 7am",
    "remind me every day at 7am",
    "remind me every day at 25:00 to stretch",
    "remind me at 7 every day at 8 to stretch",
    "remind me twice a day to stretch",
    "remind me 3 times a week to stretch",
    "remind me twice a month to stretch",
    "remind me twice a year to stretch",
    "remind me twice an hour to stretch",
    "remind me biweekly to stretch",
    "remind me bimonthly to stretch",
    "remind me every other weekday to stretch",
    "remind me every 0 days to stretch",
    "remind me every 0 minutes to stretch",
    "remind me every 400 days to stretch",
    "remind me every 60 weeks to stretch",
    "remind me every 200 months on the 1st to stretch",
    "remind me every 12 years on 24 december to stretch",
    "remind me every 99999999999999999999999 days to stretch",
    "remind me every 99999999999 hours to stretch",
    "remind me every 2 months 3 hours to stretch",
    "remind me every 31 june to stretch",
    "remind me on the 32nd of every month to stretch",
    "remind me sixth monday of the month to stretch",
    "remind me every 24 december at 9:00 and 17:30 to stretch",
    "remind me every hour at minute 75 to stretch",
    "remind me every hour at :15 and :45 on weekdays to stretch",
    "remind me every 2 hours at :15 to stretch",
    "remind me every 45 min at 9:00 to stretch",
    "remind me every monday night at 1 and 23 to stretch",
    "remind me on the 1st of every month at night at 1 to stretch",
    "remind me every day tomorrow to stretch",
    "remind me tomorrow to stretch every day",
    "remind me every mon at 9 and every thu at 10 to stretch",
    "remind me every weekday at 7am and sat at 9 to stretch",
    "remind me every day every week to stretch",
    // Limits.
    "remind me every day at 7am until 1 november 2026 to stretch",
    "remind me every day at 7am until 1 march until 2 march to stretch",
    "remind me every day at 7am starting 1 december until 24 november to stretch",
    "remind me every monday at 7am until tomorrow to stretch",
    "remind me every day at 7am starting 1 november 2026 to stretch",
    "remind me every day at 7am 0 times to stretch",
    "remind me every day at 7am 200000 times to stretch",
    "remind me every day at 7am except holidays to stretch",
    "remind me every year on my birthday to stretch",
    "remind me every friday at 7am except fridays to stretch",
    "remind me every 3 days at 7am except sundays to stretch",
    "remind me every 15th at 7am except sundays to stretch",
    "remind me every day at 7am except 24 december to 2026-12-01 to stretch",
    "remind me every day between 9 and 17 to stretch",
    "remind me every 45 min between 22 and 6 to stretch",
    "remind me every 45 min between 9 and 25:00 to stretch",
    "remind me every hour at :30 between 17:10 and 17:20 to stretch",
];

#[test]
fn refusals_are_told_in_plain_words() {
    let mut told = String::new();
    for line in LINES {
        let problem = problem(line);
        writeln!(told, "> {}", line.escape_debug()).unwrap();
        writeln!(told, "  {}", problem.message).unwrap();
        writeln!(told, "  {}", problem.hint).unwrap();
    }
    insta::assert_snapshot!(told);
}

//! Lines that are no task: what is wrong, and what to do.

use crate::at_desk::{problem, read};
use rstest::rstest;

#[rstest]
#[case("", "There is nothing to add yet.", "run: cargo")]
#[case(" \u{a0} ", "There is nothing to add yet.", "remind me in 10 minutes")]
#[case("a\0b", "The line contains U+0000, a character that cannot be seen.", "Remove")]
#[case("run: ls\nrm x", "The line contains U+000A, a character that cannot be seen.", "Remove")]
#[case("run: ls\u{202e}x", "The line contains U+202E, a character that cannot be seen.", "Remove")]
#[case("p5 #home", "There is nothing to do in this line.", "Say what")]
#[case("buy milk p11", "There is no priority “p11”.", "p0 (whenever) to p10")]
#[case("fix the p99 latency", "There is no priority “p99”.", "double quotes")]
#[case("buy milk p3 p4", "Two priorities are given: “p3” and “p4”.", "Keep one")]
#[case("!high buy milk !low", "Two priorities are given: “!high” and “!low”.", "Keep one")]
#[case("learn #c++", "“c++” cannot be a tag.", "double quotes")]
#[case("run:", "There is no command after “run:”.", "cargo --version")]
#[case("run: in /tmp", "There is no command after “run:”.", "cargo --version")]
#[case("p5 run:  ", "There is no command after “run:”.", "cargo --version")]
#[case("run: echo 'a", "A quote (') in the command has no end.", "Close it")]
#[case("run: echo \"a b", "A quote (\") in the command has no end.", "Close it")]
#[case("run: echo a\\", "The command ends in a backslash with nothing to escape.", "Remove")]
#[case("run: '' x", "The name of the program is empty.", "Write a program")]
#[case("p5 p6 run: ls", "Two priorities are given: “p5” and “p6”.", "Keep one")]
#[case("p11 run: ls", "There is no priority “p11”.", "p0")]
#[case(
    "at 16:00 tomorrow in 5 minutes run: ls",
    "Two times are given: “at 16:00 tomorrow” and “in 5 minutes”.",
    "Keep one"
)]
#[case("at 25:00 run: ls", "“25:00” is not a time of day.", "00:00 to 23:59")]
#[case("remind me", "A reminder needs a text and a time.", "in 10 minutes to stretch")]
#[case("remind me to", "A reminder needs a text and a time.", "in 10 minutes to stretch")]
#[case("remind me in 5 minutes", "A reminder needs a text.", "Say what about")]
#[case("remind me in 5 minutes to p5", "A reminder needs a text.", "Say what about")]
#[case(
    "remind me to stretch",
    "A reminder needs a time.",
    "Say when: in 10 minutes, at 14:30, tomorrow at 7am, every weekday at 7am."
)]
#[case("remind me in 10 to stretch", "A reminder needs a time.", "Say when")]
#[case("remind me next week to stretch", "A reminder needs a time.", "Say when")]
#[case("remind me to stretch before 16:00", "A reminder needs a time.", "Say when")]
#[case("remind me at 25:00 to stretch", "“25:00” is not a time of day.", "00:00 to 23:59")]
#[case("remind me at 13pm to stretch", "“13pm” is not a time of day.", "am or pm")]
#[case(
    "remind me 2026-02-30 to stretch",
    "“2026-02-30” is not a day of the calendar.",
    "2026-12-31"
)]
#[case("remind me on 31 june to stretch", "“31 june” is not a day of the calendar.", "2026-12-31")]
#[case("remind me on 1 november 2026 to stretch", "“on 1 november 2026” is in the past.", "Now is")]
#[case("remind me on 21 november to stretch", "“on 21 november” needs a time of day.", "at 18:00")]
#[case(
    "remind me 21 november at 14:00 to stretch",
    "“21 november at 14:00” is in the past.",
    "Now is"
)]
#[case("remind me in 0 minutes to stretch", "A time of no length is now.", "at least a second")]
#[case("remind me today to stretch", "“today” needs a time of day.", "today at 18:00")]
#[case("remind me on 2026-11-21 to stretch", "“on 2026-11-21” needs a time of day.", "at 18:00")]
#[case(
    "remind me today at 9 to stretch",
    "“today at 9” is in the past.",
    "Now is 14:30 on 21 November 2026; give a later time, such as 21:00."
)]
#[case(
    "remind me today at 14:30 to stretch",
    "“today at 14:30” is in the past.",
    "give a later time."
)]
#[case("remind me this morning to stretch", "“this morning” is in the past.", "give a later time.")]
#[case("remind me 2026-11-20 to stretch", "“2026-11-20” is in the past.", "Now is 14:30")]
#[case(
    "remind me at 2020-01-01T00:00:00Z to stretch",
    "“at 2020-01-01T00:00:00Z” is in the past.",
    "Now is"
)]
#[case("remind me in 101 years to stretch", "“in 101 years” is too far away.", "100 years")]
#[case(
    "remind me in 99999999999999999999999 hours to stretch",
    "“in 99999999999999999999999 hours” is too far away.",
    "100 years"
)]
#[case(
    "remind me in 9999999999 days to stretch",
    "“in 9999999999 days” is too far away.",
    "100 years"
)]
#[case(
    "remind me in 9999999999 months to stretch",
    "“in 9999999999 months” is too far away.",
    "100 years"
)]
#[case("remind me 9999-12-31 to stretch", "“9999-12-31” is too far away.", "100 years")]
#[case(
    "remind me tonight at 14:30 to stretch",
    "“tonight at 14:30” is not in the night.",
    "16:00 to 04:59"
)]
#[case(
    "remind me tomorrow morning at 15:00 to stretch",
    "“tomorrow morning at 15:00” is not a time of day.",
    "Use"
)]
#[case("remind me to stretch p11", "There is no priority “p11”.", "p0")]
fn a_problem_says_what_is_wrong_and_what_to_do(
    #[case] text: &str,
    #[case] message: &str,
    #[case] hint: &str,
) {
    let problem = problem(text);
    assert_eq!(problem.message, message);
    assert!(problem.hint.contains(hint), "{}", problem.hint);
}

#[test]
fn a_line_that_is_too_long_is_refused_with_its_length() {
    assert_eq!(
        problem(&"ü".repeat(2_001)).message,
        "The line has 2001 characters; at most 2000 fit."
    );
    assert!(problem(&"x".repeat(1 << 20)).message.contains("1048576 characters"));
}

#[test]
fn a_title_that_is_too_long_is_refused_with_its_length() {
    assert_eq!(problem(&"ü".repeat(501)).message, "The title has 501 characters; at most 500 fit.");
}

#[test]
fn too_many_tags_are_refused() {
    let tags: Vec<String> = (0..33).map(|n| format!("#t{n}")).collect();
    assert!(problem(&format!("x {}", tags.join(" "))).message.contains("33 tags"));
}

#[test]
fn what_was_understood_is_shown_beside_the_problem() {
    let reading = read("remind me to stretch p8 #health");
    assert!(reading.task.is_err());
    assert_eq!(reading.summary, "Reminder · priority 8 · #health");
    assert_eq!(reading.spans.len(), 3);
    let reading = read("at 16:00 run: echo 'a");
    assert_eq!(reading.summary, "Command · echo 'a · today 16:00 (in 1 hour 30 minutes)");
}

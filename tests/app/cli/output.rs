//! Programs that print too much, or not what a log expects.

use std::time::Duration;

use crate::harness::home::Home;
use crate::harness::program::{aegis, aegis_within, path, sh};
use crate::harness::serve::Serve;
use crate::harness::tasks;

const GIB: u64 = 1 << 30;

#[test]
fn a_gigabyte_costs_its_cap_and_says_that_it_was_cut() {
    // Ten of them with `AEGIS_PROMISES=full`.
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let gigabytes: u64 = if full { 10 } else { 1 };
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = format!("yes 'one line of very many' | head -c {gigabytes}G; echo the end");
    let words = ["--executor", "shell", "--timeout", "1200", "--", "sh", "-c", &script];
    let number = tasks::create(&home, &words);
    let limit = Duration::from_secs(90 * gigabytes);
    let task = tasks::wait_until(&home, number, "done", limit, |task| task.column() == "done");
    assert_eq!(task.exit_code(), Some(0), "the program was not disturbed");
    assert!(home.data_bytes() < GIB / 8, "it costs {} bytes", home.data_bytes());
    let log = aegis_within(&home, &["task", "logs", &number.to_string()], limit).exits(0);
    let (log, told) = (log.text(), log.stderr);
    assert!(log.starts_with("one line of very many"), "the beginning is kept");
    assert!(log.ends_with("the end\n"), "the end is kept");
    assert!(log.len() as u64 > GIB / 1024, "what is kept is not next to nothing: {}", log.len());
    assert!(told.contains("left out"), "no word of the cut: {told}");
    println!("promise P19 1 {gigabytes} GiB printed cost {} MiB", home.data_bytes() >> 20);
}

#[test]
fn a_gigabyte_without_a_line_end_is_no_different() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "head -c 1G /dev/zero | tr '\\0' x");
    let limit = Duration::from_secs(90);
    tasks::wait_until(&home, number, "done", limit, |task| task.column() == "done");
    assert!(home.data_bytes() < GIB / 8, "it costs {} bytes", home.data_bytes());
    aegis(&home, &["engine", "status"]).exits(0);
}

#[test]
fn a_line_without_its_end_is_shown_before_the_program_ends() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "printf 'Continue? [y/N] '; sleep 600");
    crate::harness::poll::until("the question", tasks::RUN, || {
        tasks::log(&home, number).contains("Continue? [y/N]").then_some(())
    });
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "printf 'before \\377\\376 between \\000 after\\n'");
    tasks::wait_for_state(&home, number, "completed");
    let log = tasks::log(&home, number);
    assert!(log.contains("before \u{fffd}"), "{log:?}");
    assert!(log.contains("after"), "{log:?}");
}

#[test]
fn a_log_on_a_terminal_cannot_command_it() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    // Sets the terminal's title and clears its screen.
    let number = tasks::create_script(&home, "printf '\\033]0;owned\\007\\033[2Jshown\\n'");
    tasks::wait_for_state(&home, number, "completed");
    let raw = tasks::log(&home, number);
    assert!(raw.contains("\u{1b}]0;owned"), "a pipe gets what was printed: {raw:?}");
    let script = "exec script --quiet --return --command \"$0 task logs 1\" /dev/null";
    let shown = sh(&home, script, &[path("aegis").as_os_str()]).exits(0).text();
    assert!(shown.contains("shown"), "{shown:?}");
    assert!(!shown.contains("\u{1b}]") && !shown.contains("\u{1b}[2J"), "{shown:?}");
}

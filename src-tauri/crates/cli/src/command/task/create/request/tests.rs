use crate::args::{self, Cli};
use crate::command::Command;
use crate::command::task::Task;
use crate::error::Error;
use crate::exit::Exit;
use crate::render::samples::NOON;
use aegis_domain::{NewTask, OnInterrupt, Schedule};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use std::ffi::OsString;

fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
    let all = ["aegis", "task", "create"].iter().chain(words);
    args::parse(&all.map(OsString::from).collect::<Vec<_>>())
}

fn request(words: &[&str]) -> Result<NewTask, Error> {
    match parse(words).unwrap().command {
        Command::Task(Task::Create(create)) => create.into_request(NOON),
        other => panic!("{other:?}"),
    }
}

fn made(words: &[&str]) -> NewTask {
    request(words).unwrap()
}

#[test]
fn a_command_makes_a_shell_task_that_starts_at_once() {
    for words in
        [&["--", "cargo", "--version"][..], &["--executor", "shell", "--", "cargo", "--version"]]
    {
        let task = made(words);
        assert_eq!(task.title, "cargo --version");
        assert_eq!(task.schedule, Schedule::Now);
        let executor = task.executor.unwrap();
        assert_eq!(executor.name.as_str(), "shell");
        assert_eq!(executor.settings, json!({ "command": ["cargo", "--version"] }));
    }
}

#[test]
fn a_time_alone_makes_a_reminder() {
    let task = made(&["--in", "10m", "--title", "Stretch"]);
    assert_eq!(task.executor.unwrap().name.as_str(), "reminder");
    assert_eq!(task.schedule, Schedule::At { at: NOON + TimeDelta::minutes(10) });
}

#[test]
fn a_command_can_have_a_time() {
    let task = made(&["--at", "2026-11-22T08:00:00+02:00", "--", "true"]);
    assert_eq!(task.executor.unwrap().name.as_str(), "shell");
    assert_eq!(task.schedule, Schedule::At { at: NOON + TimeDelta::hours(18) });
}

#[test]
fn no_time_at_all_is_now() {
    assert_eq!(made(&["--in", "0s", "--title", "Now"]).schedule, Schedule::Now);
}

#[test]
fn neither_is_yours_to_do() {
    let task = made(&["--title", "Call the bank"]);
    assert_eq!((task.executor, task.schedule), (None, Schedule::Manual));
}

#[test]
fn manual_keeps_the_executor() {
    let task = made(&["--manual", "--", "true"]);
    assert_eq!(task.executor.unwrap().name.as_str(), "shell");
    assert_eq!(task.schedule, Schedule::Manual);
}

#[test]
fn every_option_arrives() {
    let task = made(&[
        "--title",
        "T",
        "--description",
        "D",
        "--priority",
        "high",
        "--tag",
        "a",
        "--tag",
        "#b",
        "--timeout",
        "60",
        "--retries",
        "0",
        "--review",
        "--on-interrupt",
        "ask",
        "--cwd",
        "/srv",
        "--",
        "true",
    ]);
    assert_eq!((task.title.as_str(), task.description.as_str()), ("T", "D"));
    assert_eq!((task.priority, task.timeout_secs, task.max_retries), (Some(8), Some(60), Some(0)));
    assert_eq!(task.tags, ["a", "#b"]);
    assert_eq!((task.on_interrupt, task.review_required), (OnInterrupt::Ask, true));
    assert_eq!(task.executor.unwrap().settings, json!({ "command": ["true"], "cwd": "/srv" }));
}

#[test]
fn what_is_absent_is_left_to_the_engine() {
    let task = made(&["--", "true"]);
    assert_eq!((task.priority, task.timeout_secs, task.max_retries), (None, None, None));
}

#[rstest]
#[case(&["--", "echo", "two words", "it's"], "echo 'two words' 'it'\\''s'")]
#[case(&["--", "sh", "-c", "echo a\necho b"], "sh -c 'echo a echo b'")]
#[case(&["--", "printf", "\u{1b}[2J\u{202e}"], "printf ' [2J '")]
#[case(&["--", " "], "' '")]
fn the_default_title_is_the_command_line(#[case] words: &[&str], #[case] title: &str) {
    assert_eq!(made(words).title, title);
}

#[test]
fn a_long_command_still_has_a_title() {
    let title = made(&["--", "echo", &"x".repeat(5000)]).title;
    assert_eq!(title.chars().count(), aegis_domain::MAX_TITLE);
    assert!(title.ends_with('…'));
}

#[rstest]
#[case(&["--executor", "shell"], "needs a command")]
#[case(&["--executor", "reminder", "--title", "T", "--", "true"], "runs no command")]
#[case(&[], "no title")]
#[case(&["--in", "10m"], "no title")]
#[case(&["--executor", "reminder"], "no title")]
#[case(&["--cwd", "/srv", "--title", "T"], "--cwd")]
#[case(&["--cwd", "/srv", "--in", "1m", "--title", "T"], "--cwd")]
#[case(&["--wait", "--title", "T"], "waited for")]
#[case(&["--in", "400000y", "--title", "T"], "calendar")]
fn what_does_not_go_together_is_refused(#[case] words: &[&str], #[case] part: &str) {
    let error = request(words).unwrap_err();
    assert_eq!(error.exit(), Exit::Usage);
    assert!(error.to_string().contains(part), "{error}");
    assert!(error.hint().is_some());
}

#[rstest]
#[case(&["--manual", "--in", "10m", "--title", "T"])]
#[case(&["--manual", "--at", "2026-11-22T08:00:00Z", "--title", "T"])]
#[case(&["--in", "10m", "--at", "2026-11-22T08:00:00Z", "--title", "T"])]
#[case(&["--manual", "--wait", "--", "true"])]
#[case(&["--in", "soon", "--title", "T"])]
#[case(&["--at", "tomorrow", "--title", "T"])]
#[case(&["--priority", "11", "--title", "T"])]
#[case(&["--executor", "magic", "--title", "T"])]
#[case(&["cargo", "--version"])]
fn what_cannot_be_read_is_refused(#[case] words: &[&str]) {
    assert!(parse(words).is_err());
}

use crate::args::{self, Cli};
use crate::command::Command;
use crate::command::task::Task;
use crate::error::Error;
use crate::exit::Exit;
use crate::render::samples::NOON;
use aegis_domain::schedule::ZoneName;
use aegis_domain::{NewTask, OnInterrupt, Period, Schedule};
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
        Command::Task(Task::Create(create)) => {
            create.into_request(NOON, || ZoneName::new("Europe/Berlin"))
        }
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
    assert_eq!(task.schedule, Schedule::at(NOON + TimeDelta::minutes(10)));
}

#[test]
fn a_command_can_have_a_time() {
    let task = made(&["--at", "2026-11-22T08:00:00+02:00", "--", "true"]);
    assert_eq!(task.executor.unwrap().name.as_str(), "shell");
    assert_eq!(task.schedule, Schedule::at(NOON + TimeDelta::hours(18)));
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
fn every_field_arrives() {
    let task = made(&[
        "--slug",
        "daily_report",
        "--type",
        "research",
        "--owner",
        "grace",
        "--assignee",
        "@ada",
        "--workspace",
        "house",
        "--model",
        "small",
        "--parent",
        "7",
        "--complexity",
        "complex",
        "--estimate",
        "2h",
        "--budget",
        "1.50",
        "--review-criteria",
        "short",
        "--review-criteria",
        "a title",
        "--metadata",
        "project={\"id\": 3}",
        "--icon",
        "☂",
        "--color",
        "blue",
        "--resource",
        "gpu:2",
        "--resource",
        "printer",
        "--only-if",
        "fact.mood >= 4",
        "--only-if-changed",
        "/srv/data",
        "--",
        "true",
    ]);
    let shown = serde_json::to_value(&task).unwrap();
    let expected = json!({
        "title": "true", "slug": "daily_report", "category": "research", "owner": "grace",
        "assignee": "@ada", "workspace": "house", "model": "small", "parent": "#7",
        "complexity": "complex", "estimated_secs": 7200, "budget": "1.50",
        "review_criteria": ["short", "a title"],
        "metadata": { "project": { "id": 3 }, "ui": { "icon": "☂", "color": "blue" } },
        "resources": [{ "name": "gpu", "amount": 2 }, { "name": "printer" }],
        "only_if": "fact.mood >= 4", "only_if_changed": { "paths": ["/srv/data"] },
        "schedule": { "kind": "now" },
        "executor": { "name": "shell", "settings": { "command": ["true"] } },
    });
    assert_eq!(shown, expected);
    task.check(NOON).unwrap();
}

#[test]
fn braces_mean_something_only_beside_parameters() {
    let command = |task: NewTask| task.executor.unwrap().settings["command"].clone();
    let plain = made(&["--", "docker", "ps", "--format", "{{.Names}}"]);
    assert_eq!(plain.title, "docker ps --format {{.Names}}");
    let settings = plain.executor.clone().unwrap().settings;
    let filled = aegis_domain::placeholder::fill(&settings, &json!({}));
    assert_eq!(filled["command"], json!(["docker", "ps", "--format", "{{.Names}}"]));
    plain.check(NOON).unwrap();
    let weather = made(&["--param", "city=Berlin", "--", "curl", "wttr.in/{{city}}"]);
    assert_eq!(weather.parameters["city"].default, Some(json!("Berlin")));
    assert_eq!(command(weather), json!(["curl", "wttr.in/{{city}}"]));
}

#[test]
fn a_whole_task_comes_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("task.json");
    std::fs::write(&path, r#"{"title": "T", "team": {"size": 3}}"#).unwrap();
    let path = path.to_str().unwrap();
    let task = made(&["--json-file", path]);
    assert_eq!((task.title.as_str(), task.team.unwrap().size), ("T", 3));
    for more in [&["--title", "T"][..], &["--daily", "07:00"], &["--manual"], &["--", "true"]] {
        let error = request(&[&["--json-file", path], more].concat()).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage, "{more:?}");
        assert!(error.to_string().contains("--json-file"), "{error}");
    }
}

#[rstest]
#[case(&["--after", "12,13"], json!([{ "join": "all", "on": [{ "task": "#12" }, { "task": "#13" }] }]))]
#[case(&["--after", "12", "--after", "ab12cd", "--after-any"],
    json!([{ "join": "any", "on": [{ "task": "#12" }, { "task": "ab12cd" }] }]))]
#[case(&["--after", "12,13,14", "--after-at-least", "2"], json!([{ "join": { "at_least": 2 },
    "on": [{ "task": "#12" }, { "task": "#13" }, { "task": "#14" }] }]))]
#[case(&["--after", "12", "--when", "exit_code == 2", "--otherwise", "continue", "--same-instant"],
    json!([{ "join": "all", "on": [{ "task": "#12", "which": "same_instant",
        "when": "exit_code == 2", "otherwise": "continue" }] }]))]
fn dependencies_arrive(#[case] words: &[&str], #[case] expected: serde_json::Value) {
    let task = made(&[words, &["--", "true"]].concat());
    assert_eq!(serde_json::to_value(&task.dependencies).unwrap(), expected);
    assert_eq!(task.schedule, Schedule::Now);
}

#[test]
fn a_task_can_follow_others() {
    let task = made(&["--after", "12", "--follow", "--", "true"]);
    assert_eq!(task.schedule, Schedule::After);
    let reminder = made(&["--after", "12", "--follow", "--title", "It is done"]);
    assert_eq!(reminder.executor.unwrap().name.as_str(), "reminder");
}

#[test]
fn a_condition_that_cannot_be_read_is_refused() {
    let error = request(&["--after", "12", "--when", "exit_code = 2", "--", "true"]).unwrap_err();
    assert_eq!(error.exit(), Exit::Rejected);
    assert!(error.hint().is_some());
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
#[case(&["--wait", "--in", "10m", "--title", "T"], "does not start now")]
#[case(&["--wait", "--daily", "07:00", "--", "true"], "does not start now")]
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
#[case(&["--manual", "--daily", "07:00", "--title", "T"])]
#[case(&["--follow", "--title", "T"])]
#[case(&["--follow", "--after", "1", "--daily", "07:00", "--title", "T"])]
#[case(&["--follow", "--after", "1", "--wait", "--", "true"])]
#[case(&["--when", "exit_code == 2", "--", "true"])]
#[case(&["--otherwise", "skip", "--", "true"])]
#[case(&["--same-instant", "--", "true"])]
#[case(&["--after-any", "--", "true"])]
#[case(&["--after", "1,2", "--after-any", "--after-at-least", "1", "--", "true"])]
#[case(&["--after", "two words", "--", "true"])]
#[case(&["--color", "pink", "--title", "T"])]
#[case(&["--category", "fun", "--title", "T"])]
#[case(&["--complexity", "hard", "--title", "T"])]
#[case(&["--estimate", "soon", "--title", "T"])]
#[case(&["--metadata", "key", "--title", "T"])]
#[case(&["--resource", ":2", "--title", "T"])]
#[case(&["--param", "=x", "--title", "T"])]
#[case(&["cargo", "--version"])]
fn what_cannot_be_read_is_refused(#[case] words: &[&str]) {
    assert!(parse(words).is_err());
}

#[test]
fn a_prompt_makes_a_task_for_claude_code() {
    for words in [
        &["--claude", "fix {{it}} now"][..],
        &["--executor", "claude_code", "--", "fix {{it}} now"],
        &["--executor", "claude", "--", "fix", "{{it}}", "now"],
    ] {
        let task = made(words);
        assert_eq!((task.title.as_str(), task.schedule), ("fix {{it}} now", Schedule::Now));
        let executor = task.executor.unwrap();
        assert_eq!(executor.name.as_str(), "claude_code");
        // Braces mean something only where the task has parameters.
        assert_eq!(executor.settings, json!({ "prompt": "fix \\{{it}} now" }));
    }
    let task = made(&[
        "--claude",
        "tell {{city}}",
        "--param",
        "city=Berlin",
        "--cwd",
        "/src",
        "--model",
        "opus",
        "--permission-mode",
        "accept-edits",
        "--allow-tool",
        "Bash(git diff:*)",
        "--deny-tool",
        "WebFetch",
        "--max-turns",
        "9",
        "--in",
        "1h",
        "--title",
        "Tell it",
        "--raw-log",
    ]);
    assert_eq!((task.title.as_str(), task.model.as_deref()), ("Tell it", Some("opus")));
    assert_eq!(
        task.executor.unwrap().settings,
        json!({
            "prompt": "tell {{city}}", "cwd": "/src", "permission_mode": "acceptEdits",
            "allowed_tools": ["Bash(git diff:*)"], "disallowed_tools": ["WebFetch"],
            "max_turns": 9, "raw_log": true
        })
    );
    // What it is to do may stand in the title.
    let task = made(&["--executor", "claude_code", "--title", "Sort the inbox"]);
    assert_eq!(task.executor.unwrap().settings, json!({}));
}

#[rstest]
#[case(&["--claude", "x", "--", "y"], "said twice")]
#[case(&["--claude", "x", "--executor", "shell"], "do not go together")]
#[case(&["--max-turns", "3", "--", "ls"], "--max-turns")]
#[case(&["--allow-tool", "Bash", "--title", "x"], "--allow-tool")]
#[case(&["--executor", "claude_code"], "no title")]
fn what_is_said_of_a_session_needs_one(#[case] words: &[&str], #[case] sentence: &str) {
    let Err(Error::Usage { message, .. }) = request(words) else { panic!("{words:?} passed") };
    assert!(message.contains(sentence), "{message}");
}

#[test]
fn a_schedule_can_have_a_budget() {
    let task = made(&["--daily", "07:00", "--schedule-budget", "5/week", "--", "true"]);
    let budget = task.schedule_budget.clone().unwrap();
    assert_eq!((budget.amount.as_str(), budget.per), ("5.00", Period::Week));
    let checked = task.check(NOON).unwrap().schedule_budget.unwrap();
    assert_eq!(checked.to_string(), "5.00/week");
    assert!(parse(&["--daily", "07:00", "--schedule-budget", "5/year", "--", "true"]).is_err());
    // What runs once has none.
    let once = made(&["--schedule-budget", "5/week", "--", "true"]);
    assert_eq!(once.check(NOON).unwrap_err().field, "schedule_budget");
}

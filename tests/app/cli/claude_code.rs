//! Work for Claude Code, from the command line to its end: the real programs, against a Messages API
//! that is played on loopback.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use aegis_peers::messages::{Server, Turn, call, text};
use serde_json::{Value, json};

use crate::harness::agent::user;
use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks;

fn shown(home: &Home, number: u64) -> Value {
    aegis(home, &["task", "show", &number.to_string(), "--json"]).exits(0).json()
}

#[test]
fn a_prompt_is_worked_on_and_what_it_did_and_cost_is_shown() {
    let api = Server::start([
        Turn::of([
            text("I will write it."),
            call("Bash", json!({"command": "echo bread > list.txt; cat list.txt"})),
        ]),
        Turn::of([text("The list is there.")]),
    ]);
    let home = user(&api);
    let _serve = Serve::start(&home);
    // Its calls of tools need nobody's word.
    let task = json!({
        "title": "Write a shopping list.",
        "schedule": {"kind": "now"},
        "approval_policy": "allow",
        "executor": {"name": "claude_code", "settings": {"allowed_tools": ["Bash"]}},
    });
    let file = home.home().join("task.json");
    fs::write(&file, task.to_string()).expect("a file");
    let number = tasks::create(&home, &["--json-file", file.to_str().expect("a path")]);
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!((task.title(), task.exit_code()), ("Write a shopping list.", Some(0)));
    assert_eq!(fs::read_to_string(home.home().join("list.txt")).expect("the list"), "bread\n");

    let shown = shown(&home, number);
    let run = &shown["runs"][0];
    assert_eq!(run["end"]["result"], "The list is there.", "{run}");
    assert_eq!(run["usage"]["output_tokens"], 100, "{run}");
    assert_eq!(run["usage"]["cost"], "0.0035", "{run}");
    assert_eq!(run["session"], run["id"], "{run}");
    let log = tasks::log(&home, number);
    for line in ["I will write it.", "● Bash(echo bread > list.txt; cat list.txt)", "⎿ bread"] {
        assert!(log.contains(line), "no {line:?} in {log}");
    }
    let said = api.last_said();
    assert!(said.contains("Write a shopping list.") && said.contains("#1"), "{said}");
}

#[test]
fn a_line_of_words_becomes_work_for_claude_code() {
    let api = Server::start([Turn::of([text("42, as everybody knows.")])]);
    let home = user(&api);
    let _serve = Serve::start(&home);
    aegis(&home, &["quick-add", "claude: what is the answer"]).exits(0);
    let task = tasks::wait_for_state(&home, 1, "completed");
    assert_eq!(task.title(), "what is the answer");
    assert_eq!(shown(&home, 1)["runs"][0]["end"]["result"], "42, as everybody knows.");
}

#[test]
fn a_failure_says_what_to_do() {
    let api = Server::start([Turn::status(401, "authentication_error", "invalid x-api-key")]);
    let mut home = user(&api);
    home.set("TASK_RETRY_ATTEMPTS", "0");
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--claude", "Do it."]);
    let (category, message) = tasks::wait_for_state(&home, number, "failed").failure();
    assert_eq!(category, "auth", "{message}");
    assert!(message.contains("its key was refused"), "{message}");
}

/// What the window's card shows: the kind of error, a sentence, and what to do.
#[test]
fn a_claude_code_that_is_too_old_or_another_program_is_told_on_the_card() {
    let api = Server::start([]);
    for (says, category, sentence, hint) in [
        (
            "2.1.88 (Claude Code)",
            "command_failed",
            "Claude Code 2.1.88 is too old: Aegis needs 2.1.89 or newer.",
            "claude update",
        ),
        ("grep (GNU grep) 3.8", "command_failed", "is not Claude Code", "claude --version"),
    ] {
        let mut home = user(&api);
        let program = home.home().join("claude");
        fs::write(&program, format!("#!/bin/sh\necho '{says}'\n")).expect("a script");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("executable");
        home.set("CLAUDE_CLI_PATH", program);
        home.set("TASK_RETRY_ATTEMPTS", "0");
        let _serve = Serve::start(&home);
        let number = tasks::create(&home, &["--claude", "Do it."]);
        tasks::wait_for_state(&home, number, "failed");
        let state = shown(&home, number)["card"]["state"].clone();
        assert_eq!(state["category"], category, "{state}");
        let message = state["message"].as_str().expect("a message");
        assert!(message.contains(sentence) && message.contains(hint), "{message}");
    }
    assert!(api.requests().is_empty());
}

#[test]
fn a_session_that_cannot_be_is_refused_when_the_task_is_made() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let skip = ["--permission-mode", "bypass-permissions"];
    let words = [&["task", "create"][..], &skip, &["--claude", "Do it."]].concat();
    aegis(&home, &words).refuses(4, &["skip every question", "allowed_tools"]);
    let words = ["task", "create", "--model", "--yolo", "--claude", "Do it."];
    assert_ne!(aegis(&home, &words).status.code(), Some(0));
}

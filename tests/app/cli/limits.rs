//! How much runs at once, and what is held back.

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::{STOP, Serve};
use crate::harness::tasks;
use rustix::process::Signal;
use serde_json::{Value, json};

fn status(home: &Home) -> Value {
    aegis(home, &["engine", "status", "--json"]).exits(0).json()
}

/// A task that runs until it is called off.
fn long(home: &Home, options: &[&str]) -> u64 {
    let words = [options, &["--executor", "shell", "--", "sleep", "600"]].concat();
    tasks::create(home, &words)
}

#[test]
fn a_workspace_runs_as_much_as_its_limit_says_and_the_status_says_why() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["settings", "limit", "workspace", "*", "1"]).exits(0);
    let first = long(&home, &["--workspace", "aegis"]);
    tasks::wait_for_state(&home, first, "executing");
    let second = long(&home, &["--workspace", "aegis", "--priority", "high"]);
    let other = long(&home, &["--workspace", "elsewhere"]);
    tasks::wait_for_state(&home, other, "executing");
    let pool = &status(&home)["pool"];
    assert_eq!((&pool["active_workers"], &pool["total_workers"]), (&json!(2), &json!(5)));
    assert_eq!((&pool["queued_tasks"], &pool["queue_size"]), (&json!(1), &json!(1)));
    assert_eq!(pool["bands"], json!({ "HIGH": 1, "NORMAL": 0, "LOW": 0, "critical": 0 }));
    let shown = aegis(&home, &["engine", "status"]).exits(0).text();
    assert!(shown.contains("the limit of workspace aegis is reached"), "{shown}");
    // It starts as soon as there is room, and without a new start of the engine.
    aegis(&home, &["settings", "limit", "workspace", "*", "2"]).exits(0);
    tasks::wait_for_state(&home, second, "executing");
    let wrong = ["settings", "limit", "workspace", "aegis", "0"];
    aegis(&home, &wrong).refuses(4, &["0", "1 or more"]);
}

#[test]
fn settings_that_were_changed_by_hand_count_at_once() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["settings", "set", "slots", "1"]).exits(0);
    let first = long(&home, &[]);
    tasks::wait_for_state(&home, first, "executing");
    let second = long(&home, &[]);
    let file = status(&home)["config_file"].as_str().expect("a path").to_owned();
    let text = std::fs::read_to_string(&file).expect("the settings");
    assert_eq!(tasks::show(&home, second).state(), "queued");
    std::fs::write(&file, text.replace("slots = 1", "slots = 2")).expect("the settings");
    tasks::wait_for_state(&home, second, "executing");
}

#[test]
fn one_executor_is_paused_over_a_new_start_and_let_go() {
    let home = Home::new();
    let serve = Serve::start(&home);
    aegis(&home, &["engine", "pause", "--executor", "shell"]).exits(0);
    let number = tasks::create_script(&home, "true");
    serve.stop(Signal::TERM, STOP);
    let _serve = Serve::start(&home);
    let pool = &status(&home)["pool"];
    assert_eq!(pool["holds"][0]["scope"], json!({ "kind": "executor", "name": "shell" }));
    assert_eq!(pool["groups"][0]["held"], "executor shell is paused");
    assert_eq!(tasks::show(&home, number).state(), "queued");
    aegis(&home, &["engine", "resume", "--executor", "shell"]).exits(0);
    tasks::wait_for_state(&home, number, "completed");
    let again = ["engine", "resume", "--executor", "shell"];
    aegis(&home, &again).refuses(3, &["Nothing holds back executor shell"]);
    aegis(&home, &["engine", "pause", "--executor", "sehll"]).refuses(3, &["sehll", "shell"]);
    aegis(&home, &["engine", "pause", "--executor", "a", "--agent", "b"]).exits(2);
}

#[test]
fn a_drain_returns_when_what_runs_has_ended_or_when_its_time_is_up() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = long(&home, &["--workspace", "aegis"]);
    tasks::wait_for_state(&home, number, "executing");
    let drain = ["engine", "drain", "--workspace", "aegis", "--wait", "--limit"];
    let waited = aegis(&home, &[&drain[..], &["1s"]].concat()).exits(6).text();
    assert!(waited.contains("1 run goes on"), "{waited}");
    let later = long(&home, &["--workspace", "aegis"]);
    let waits = std::thread::scope(|scope| {
        let drained =
            scope.spawn(|| aegis(&home, &[&drain[..], &["60s"]].concat()).exits(0).text());
        aegis(&home, &["task", "cancel", &number.to_string()]).exits(0);
        drained.join().expect("the drain")
    });
    assert!(waits.contains("Nothing of workspace aegis runs"), "{waits}");
    assert_eq!(tasks::show(&home, later).state(), "queued");
    let other = tasks::create_script(&home, "true");
    tasks::wait_for_state(&home, other, "completed");
    aegis(&home, &["engine", "resume", "--workspace", "aegis"]).exits(0);
    tasks::wait_for_state(&home, later, "executing");
}

#[test]
fn a_reminder_does_not_wait_for_a_slot() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["settings", "set", "slots", "1"]).exits(0);
    let first = long(&home, &[]);
    tasks::wait_for_state(&home, first, "executing");
    let words = ["--executor", "reminder", "--title", "Stretch"];
    let reminder = tasks::create(&home, &words);
    // Nobody shows it here, which is no failure of the task.
    tasks::wait_for_state(&home, reminder, "completed");
}

#[test]
fn a_task_says_how_its_waits_grow() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let words = ["--retries", "1", "--backoff", "1s..1s", "--executor", "shell", "--", "false"];
    let number = tasks::create(&home, &words);
    let task = tasks::wait_for_state(&home, number, "failed");
    assert_eq!(task.runs(), 2);
    let shown = aegis(&home, &["task", "show", &number.to_string()]).exits(0).text();
    assert!(shown.contains("up to 1s at first, 1s at most"), "{shown}");
    let wrong = ["task", "create", "--backoff", "10m..5s", "--", "true"];
    aegis(&home, &wrong).refuses(4, &["600", "5"]);
    aegis(&home, &["task", "create", "--backoff", "soon", "--", "true"]).exits(2);
}

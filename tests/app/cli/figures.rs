//! Aegis' own figures, and what the environment sets.

use serde_json::json;

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks;

#[test]
fn the_figures_are_those_of_what_ran() {
    let home = Home::new();
    let serve = Serve::start(&home);
    for script in ["true", "true", "exit 9"] {
        let work = home.folder("work");
        let words = ["--retries", "0", "--cwd", work.to_str().unwrap(), "--", "sh", "-c", script];
        let number = tasks::create(&home, &words);
        tasks::wait_for_state(&home, number, if script == "true" { "completed" } else { "failed" });
    }
    let figures = aegis(&home, &["metrics", "--hours", "1", "--json"]).exits(0).json();
    assert_eq!(figures["runs"], 3);
    let shell = &figures["by_executor"]["shell"];
    assert_eq!((&shell["succeeded"], &shell["failed"]), (&json!(2), &json!(1)));
    assert_eq!(shell["errors"], json!({"command_failed": 1}));
    assert_eq!(figures["first_time_success"], json!({"part": 2, "whole": 3}));
    assert_eq!(figures["time_to_start_ms"]["count"], 3);
    assert!(figures["sampled"]["commits"]["count"].as_u64().unwrap() >= 9, "{figures}");
    assert!(figures["utilisation"]["part"].as_u64().unwrap() > 0, "{figures}");
    let text = aegis(&home, &["metrics", "--days", "7"]).exits(0).text();
    for words in ["66.6 % (2 of 3 results)", "Answer to a command", "command_failed 1"] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    aegis(&home, &["metrics", "--hours", "0"]).refuses(4, &["window"]);
    assert_eq!(aegis(&home, &["metrics", "--hours", "1", "--days", "1"]).status.code(), Some(2));

    // They are there without an engine, and an engine that was killed was missed.
    serve.kill();
    let _serve = Serve::start(&home);
    let figures = aegis(&home, &["metrics", "--json"]).exits(0).json();
    assert_eq!(figures["runs"], 3);
    let uptime = &figures["uptime"];
    assert!(uptime["part"].as_u64() < uptime["whole"].as_u64(), "{uptime}");
}

#[test]
fn the_environment_sets_time_limits_and_retries() {
    let mut home = Home::new();
    home.set("TASK_TIMEOUT_MS", "700");
    home.set("TASK_RETRY_ATTEMPTS", "0");
    home.set("CLAUDE_CLI_PATH", "/opt/claude");
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "sleep 600");
    let task = tasks::wait_for_state(&home, number, "failed");
    let (category, message) = task.failure();
    assert_eq!((category.as_str(), task.runs()), ("timeout", 1), "{message}");
    // A task that says it itself is asked first.
    let words = ["--timeout", "1", "--retries", "1", "--backoff", "1s..1s", "--executor", "shell"];
    let own = tasks::create(&home, &[&words[..], &["--", "false"]].concat());
    assert_eq!(tasks::wait_for_state(&home, own, "failed").runs(), 2);
    let text = aegis(&home, &["settings", "show"]).exits(0).text();
    for words in [
        "command-timeout     1.0s (set by TASK_TIMEOUT_MS for now)",
        "0 (set by TASK_RETRY_ATTEMPTS for now)",
        "claude-path         /opt/claude (set by CLAUDE_CLI_PATH for now)",
    ] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
}

#[test]
fn settings_are_the_defaults_of_tasks_that_do_not_say() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["settings", "set", "command-timeout", "1s"]).exits(0);
    aegis(&home, &["settings", "set", "retries", "0"]).exits(0);
    let number = tasks::create_script(&home, "sleep 600");
    let task = tasks::wait_for_state(&home, number, "failed");
    assert_eq!((task.failure().0.as_str(), task.runs()), ("timeout", 1));
    for (key, value) in [("retries", "101"), ("command-timeout", "0s"), ("artifact-files", "0")] {
        aegis(&home, &["settings", "set", key, value]).refuses(4, &["cannot be"]);
    }
    assert_eq!(aegis(&home, &["settings", "set", "retries", "some"]).status.code(), Some(2));
}

#[test]
fn a_variable_that_cannot_be_is_refused_with_a_sentence() {
    for (variable, value) in [
        ("TASK_TIMEOUT_MS", "soon"),
        ("TASK_RETRY_ATTEMPTS", "-1"),
        ("CLAUDE_CLI_PATH", "claude"),
        ("MCP_SERVER_URL", "localhost"),
    ] {
        let mut home = Home::new();
        home.set(variable, value);
        aegis(&home, &["settings", "show"]).refuses(4, &[variable, value, "unset it"]);
    }
}

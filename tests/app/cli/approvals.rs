//! What the user is asked, the rules, and calls of sessions that Aegis did not start.

use std::ffi::OsStr;

use aegis_peers::messages::{Server, Turn, call, text};
use serde_json::{Value, json};

use crate::harness::agent;
use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::program::{Finished, aegis, path, sh};
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

/// A task that was cut off and says that one is to be asked then.
fn asking(home: &Home, serve: Serve) -> (Serve, u64) {
    let script = ["--on-interrupt", "ask", "--executor", "shell", "--", "sleep", "600"];
    let number = tasks::create(home, &script);
    tasks::wait_for_state(home, number, "executing");
    serve.kill();
    let serve = Serve::start(home);
    tasks::wait_for_state(home, number, "awaiting");
    (serve, number)
}

fn approvals(home: &Home, words: &[&str]) -> Finished {
    aegis(home, &[&["approvals"], words].concat())
}

#[test]
fn a_question_is_listed_shown_and_answered() {
    let home = Home::new();
    let (serve, number) = asking(&home, Serve::start(&home));
    let name = number.to_string();
    let open = approvals(&home, &["list", "--json"]).exits(0).json();
    assert_eq!((&open[0]["number"], &open[0]["live"]), (&json!(number), &json!(false)));
    let list = approvals(&home, &[]).exits(0).text();
    assert!(list.contains("parked"), "{list}");
    let shown = approvals(&home, &["show", &name]).exits(0).text();
    assert!(shown.contains(&format!("aegis approvals allow {name}")), "{shown}");
    let task = aegis(&home, &["task", "show", &name]).exits(0).text();
    assert!(task.contains(&format!("aegis approvals show {name}")), "{task}");
    // It is no tool call, so no rule can say it.
    approvals(&home, &["allow", &name, "--always", "--yes"]).refuses(4, &["no rule", "allow"]);
    approvals(&home, &["allow", &name]).exits(0);
    tasks::wait_until(&home, number, "running again", RUN, |task| {
        task.runs() == 2 && task.state() == "executing"
    });
    approvals(&home, &["allow", &name]).refuses(4, &["asks nothing", "aegis approvals"]);

    let (_serve, other) = asking(&home, serve);
    approvals(&home, &["deny", &other.to_string()]).exits(0);
    let task = tasks::wait_for_state(&home, other, "failed");
    assert_eq!(task.runs(), 1);
}

#[test]
fn an_agents_calls_are_refused_allowed_ruled_and_rehearsed() {
    let bash = |command: &str| Turn::of([call("Bash", json!({"command": command}))]);
    let api = Server::start([
        bash("rm -rf everything"),
        bash("echo kept > kept.txt"),
        Turn::of([text("Done without it.")]),
    ]);
    let home = agent::user(&api);
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--claude", "Tidy up."]);
    let name = number.to_string();
    let asked = |command: &str| {
        poll::until(&format!("a question about {command}"), RUN, || {
            let shown = aegis(&home, &["approvals", "show", &name]);
            shown.text().contains(command).then_some(shown)
        })
    };
    let shown = asked("rm -rf everything").exits(0).text();
    assert!(shown.contains("needs your word") && shown.contains("refuse"), "{shown}");
    approvals(&home, &["refuse", &name, "--because", "Keep it."]).exits(0);
    asked("echo kept");
    assert!(api.last_said().contains("Keep it."), "{}", api.last_said());
    approvals(&home, &["allow", &name, "--always"]).refuses(2, &["echo kept", "--yes"]);
    approvals(&home, &["allow", &name, "--always", "--yes"]).exits(0);
    tasks::wait_for_state(&home, number, "completed");
    assert!(home.home().join("kept.txt").exists());
    let calls = aegis(&home, &["task", "tools", &name, "--run", "--json"]).exits(0).json();
    let passages: Vec<_> =
        calls["uses"].as_array().expect("calls").iter().map(|one| &one["passage"]).collect();
    assert_eq!(passages, ["refused", "granted"]);
    assert_ne!(aegis(&home, &["spending", &name, "--json"]).exits(0).json()["today"], "0.00");
    let shown = aegis(&home, &["task", "show", &name]).exits(0).text();
    for part in ["Evidence", "Session", "Cost so far"] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }

    // The second time nobody is asked, and what it needed is known.
    api.then([bash("echo kept > kept.txt"), Turn::of([text("Again.")])]);
    aegis(&home, &["task", "run", &name]).exits(0);
    tasks::wait_until(&home, number, "done again", RUN, |task| {
        task.occurrences() == 2 && task.state() == "completed"
    });
    let proposal = aegis(&home, &["rules", "propose", &name, "--keep"]).exits(0).text();
    assert!(proposal.contains("echo kept"), "{proposal}");
    let task = aegis(&home, &["task", "show", &name, "--json"]).exits(0).json();
    assert_eq!(task["task"]["definition"]["approval_policy"], "ask");

    api.then([Turn::of([text("I have gone on.")])]);
    aegis(&home, &["task", "continue", &name, "And now the docs."]).exits(0);
    tasks::wait_until(&home, number, "going on", RUN, |task| {
        task.occurrences() == 3 && task.state() == "completed"
    });
    assert!(api.last_said().contains("And now the docs."), "{}", api.last_said());
}

#[test]
fn rules_are_made_looked_at_and_taken_away() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let empty = aegis(&home, &["rules", "list"]).exits(0);
    assert!(empty.stderr.contains("No rules yet"), "{}", empty.stderr);
    let src = home.folder("src");
    let number = tasks::create(&home, &["--manual", "--executor", "shell", "--", "true"]);
    let words =
        ["rules", "allow", "Bash", "--input", "command=git *", "--in", src.to_str().unwrap()];
    let more = ["--task", &number.to_string(), "--note", "mine", "--json"];
    let made = aegis(&home, &[&words[..], &more].concat()).exits(0).json();
    let said = made["words"].as_str().expect("words");
    assert!(said.contains("allow Bash when command looks like “git *”"), "{said}");
    assert!(said.ends_with(&format!("for #{number}")), "{said}");
    aegis(&home, &["rules", "deny", "WebFetch"]).exits(0);
    let list = aegis(&home, &["rules", "list"]).exits(0).text();
    assert!(list.contains("refuse WebFetch") && list.contains("mine"), "{list}");
    let id = made["rule"]["id"].as_str().expect("an id");
    aegis(&home, &["rules", "remove", &id[28..]]).exits(0);
    let left = aegis(&home, &["rules", "list", "--json"]).exits(0).json();
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    aegis(&home, &["rules", "remove", &id[28..]]).refuses(3, &["There is no rule"]);
    aegis(&home, &["rules", "allow", "Bash", "--in", "~/src"]).refuses(4, &["whole path"]);
    aegis(&home, &["rules", "propose", &number.to_string()]).refuses(4, &["has not run"]);
}

/// What Claude Code does after a call: the program, and the event on its standard input.
fn hook(home: &Home, event: &str) -> Finished {
    let program = path("aegis");
    sh(home, "printf %s \"$0\" | \"$1\" hook", &[OsStr::new(event), program.as_os_str()])
}

fn calls(home: &Home) -> Vec<Value> {
    let page = aegis(home, &["task", "tools", "--json"]).exits(0).json();
    page["uses"].as_array().expect("calls").clone()
}

#[test]
fn a_call_of_a_session_of_the_users_own_is_noted() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let event = |name: &str, command: &str| {
        json!({
            "hook_event_name": name, "session_id": "s-1", "cwd": "/", "tool_name": "Bash",
            "tool_input": {"command": command}, "duration_ms": 12, "error": "Exit code 1"
        })
        .to_string()
    };
    for name in ["PreToolUse", "PostToolUse", "PostToolUseFailure"] {
        let told = hook(&home, &event(name, "git status")).exits(0);
        assert_eq!((told.text(), told.stderr), (String::new(), String::new()));
    }
    let noted = poll::until("both calls", RUN, || Some(calls(&home)).filter(|all| all.len() == 2));
    let newest = &noted[0];
    assert_eq!((&newest["tool"], &newest["session"]), (&json!("Bash"), &json!("s-1")));
    assert_eq!((&newest["success"], &newest["error"]), (&json!(false), &json!("Exit code 1")));
    assert_eq!(newest["passage"], "unwatched");
    assert_eq!((&noted[1]["success"], &noted[1]["took_ms"]), (&json!(true), &json!(12)));
    // A rule is held against what was noted, read as narrowly as when it counts.
    hook(&home, &event("PostToolUse", "git status; rm -rf ~")).exits(0);
    let preview = ["rules", "preview", "allow", "Bash", "--input", "command=git *"];
    let shown = aegis(&home, &preview).exits(0).text();
    assert!(shown.contains("It means 2 of the last 3 calls"), "{shown}");
    let shown = aegis(&home, &["task", "tools"]).exits(0).text();
    assert!(shown.contains("not watched") && shown.contains("command failed"), "{shown}");
}

#[test]
fn a_hook_never_fails_the_session() {
    let home = Home::new();
    let event = r#"{"hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{}}"#;
    // No engine runs, and none is started.
    let told = hook(&home, event).exits(0);
    assert_eq!((told.text(), told.stderr), (String::new(), String::new()));
    let _serve = Serve::start(&home);
    for broken in ["", "not json", "[1]", r#"{"hook_event_name":"PostToolUse","tool_name":""}"#] {
        let told = hook(&home, broken).exits(0);
        assert_eq!(told.text(), "", "{broken}");
        assert_eq!(told.stderr.lines().count(), 1, "{broken}: {}", told.stderr);
    }
    // Whoever leaves the input open is not waited for.
    let program = path("aegis");
    let script = "mkfifo open; sleep 600 > open & \"$0\" hook < open; kill $!";
    let open = sh(&home, script, &[program.as_os_str()]);
    assert!(open.stderr.contains("longer than 2 s"), "{}", open.stderr);
    assert_eq!(calls(&home), [] as [Value; 0]);
    // In a run of Aegis the calls are noted where they are decided.
    let mut inside = Home::new();
    inside.set("AEGIS_RUN", "0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f");
    let _serve = Serve::start(&inside);
    hook(&inside, event).exits(0);
    assert_eq!(calls(&inside), [] as [Value; 0]);
}

#[test]
fn the_lines_for_claude_code_are_printed() {
    let home = Home::new();
    let lines = aegis(&home, &["hook", "install", "--print"]).exits(0).json();
    for event in ["PostToolUse", "PostToolUseFailure"] {
        let command = &lines["hooks"][event][0]["hooks"][0]["command"];
        assert!(command.as_str().expect("a command").ends_with("aegis hook"), "{command}");
    }
    aegis(&home, &["hook", "install"]).exits(2);
}

#[test]
fn nothing_was_spent_on_work_without_a_model() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--executor", "shell", "--", "true"]);
    tasks::wait_for_state(&home, number, "completed");
    let name = number.to_string();
    let all = aegis(&home, &["spending", "--json"]).exits(0).json();
    assert_eq!((&all["today"], &all["month"]), (&json!("0.00"), &json!("0.00")));
    let shown = aegis(&home, &["spending", &name]).exits(0).text();
    assert!(shown.contains("Today"), "{shown}");
    let tools = aegis(&home, &["task", "tools", &name, "--run"]).exits(0);
    assert!(tools.stderr.contains("No tool was called"), "{}", tools.stderr);
    let words = ["task", "continue", &name, "go on"];
    aegis(&home, &words).refuses(4, &["session"]);
}

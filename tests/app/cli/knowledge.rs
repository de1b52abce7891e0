//! Parameters, facts, watched files, templates: what decides how and whether a task runs.

use std::fs;

use serde_json::{Value, json};

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

/// The states of its occurrences, the newest first.
fn states(home: &Home, number: u64) -> Vec<String> {
    let task = aegis(home, &["task", "show", &number.to_string(), "--json"]).exits(0).json();
    let occurrences = task["occurrences"].as_array().expect("occurrences").iter();
    occurrences.map(|o| o["state"]["name"].as_str().expect("a state").to_owned()).collect()
}

/// Runs the task, waits for the end of that, and tells how it ended.
#[track_caller]
fn run(home: &Home, number: u64, more: &[&str]) -> String {
    let before = states(home, number).len();
    let name = number.to_string();
    aegis(home, &[&["task", "run", &name], more].concat()).exits(0);
    crate::harness::poll::until("the end of a run", RUN, || {
        let states = states(home, number);
        let ended = ["completed", "failed", "skipped"].contains(&states[0].as_str());
        (states.len() > before && ended).then(|| states[0].clone())
    })
}

#[test]
fn a_parameter_has_its_default_or_what_a_run_is_given() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let command = ["--", "sh", "-c", "echo \"$1 is $AEGIS_PARAM_CITY\"", "sh", "it {{city}}"];
    let words = [&["--manual", "--param", "city=Berlin", "--param", "days=3"], &command[..]];
    let number = tasks::create(&home, &words.concat());
    assert_eq!(run(&home, number, &[]), "completed");
    assert!(tasks::log(&home, number).contains("it Berlin is Berlin"));
    assert_eq!(run(&home, number, &["--param", "city=x; echo {{days}}"]), "completed");
    assert!(tasks::log(&home, number).contains("it x; echo {{days}} is x; echo {{days}}"));
    let name = number.to_string();
    aegis(&home, &["task", "run", &name, "--param", "town=Paris"]).refuses(4, &["town"]);
    let task = aegis(&home, &["task", "show", &name]).exits(0).text();
    for part in ["city = \"Berlin\"", "days = 3", "city=\"x; echo {{days}}\""] {
        assert!(task.contains(part), "no {part:?} in {task}");
    }
}

#[test]
fn a_parameter_without_a_default_has_to_be_given() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--manual", "--param", "city", "--", "echo", "{{city}}"]);
    aegis(&home, &["task", "run", &number.to_string()]).refuses(4, &["city"]);
    assert_eq!(run(&home, number, &["--param", "city=Berlin"]), "completed");
    let by_itself = ["task", "create", "--param", "city", "--", "echo", "{{city}}"];
    aegis(&home, &by_itself).refuses(4, &["city", "default"]);
}

#[test]
fn braces_mean_nothing_where_no_parameter_is() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--", "echo", "{{.Names}} \\{{x}} {{{"]);
    tasks::wait_for_state(&home, number, "completed");
    assert!(tasks::log(&home, number).contains("{{.Names}} \\{{x}} {{{"));
    let shell = ["task", "create", "--param", "city=x", "--", "sh", "-c", "echo {{city}}"];
    aegis(&home, &shell).refuses(4, &["would be code", "AEGIS_PARAM_CITY"]);
}

#[test]
fn a_fact_decides_whether_a_task_runs() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--manual", "--only-if", "fact.mood >= 4", "--", "true"]);
    assert_eq!(run(&home, number, &[]), "skipped");
    aegis(&home, &["fact", "set", "mood", "5"]).exits(0);
    assert_eq!(run(&home, number, &[]), "completed");
    aegis(&home, &["fact", "set", "mood", "-5"]).exits(0);
    assert_eq!(run(&home, number, &[]), "skipped");
    let facts = aegis(&home, &["fact", "list", "--json"]).exits(0).json();
    assert_eq!((&facts[0]["name"], &facts[0]["value"]), (&json!("mood"), &json!(-5)));
    aegis(&home, &["fact", "remove", "mood"]).exits(0);
    assert_eq!(aegis(&home, &["fact", "list", "--json"]).exits(0).json(), json!([]));
    let words = ["task", "create", "--only-if", "mood >= 4", "--", "true"];
    aegis(&home, &words).refuses(4, &["mood", "fact"]);
    aegis(&home, &["fact", "set", "two words", "1"]).refuses(4, &["two words"]);
}

#[test]
fn a_hostile_fact_reaches_no_terminal() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["fact", "set", "note", "\u{1b}]0;owned\u{7}\u{202e}"]).exits(0);
    let shown = aegis(&home, &["fact", "list"]).exits(0).text();
    assert!(shown.contains("fact.note") && shown.contains("owned"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
}

#[test]
fn a_task_runs_only_when_its_files_have_changed() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let notes = home.folder("notes");
    fs::write(notes.join("a.txt"), "one").expect("a file");
    let notes = notes.to_str().expect("text");
    let words = ["--manual", "--only-if-changed", notes, "--", "true"];
    let number = tasks::create(&home, &words);
    assert_eq!(run(&home, number, &[]), "completed");
    assert_eq!(run(&home, number, &[]), "skipped");
    fs::write(format!("{notes}/a.txt"), "two and more").expect("a file");
    assert_eq!(run(&home, number, &[]), "completed");
    assert_eq!(run(&home, number, &[]), "skipped");
}

#[test]
fn a_template_makes_tasks() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let file = home.home().join("weather.json");
    let file = file.to_str().expect("text");
    let template = json!({
        "description": "Tells the weather of a place.",
        "parameters": { "city": { "description": "Where?" }, "urgency": { "default": 5 } },
        "task": {
            "title": "Weather of {{city}}",
            "priority": "{{urgency}}",
            "executor": { "name": "shell", "settings": { "command": ["echo", "rain in {{city}}"] } },
        },
    });
    fs::write(file, template.to_string()).expect("a file");
    aegis(&home, &["template", "save", "weather", "--file", file]).exits(0);
    let shown = aegis(&home, &["template", "show", "weather", "--json"]).exits(0).json();
    assert_eq!((&shown["name"], &shown["task"]), (&json!("weather"), &template["task"]));
    let list = aegis(&home, &["template", "list"]).exits(0).text();
    assert!(list.contains("weather") && list.contains("Tells the weather"), "{list}");

    let make = ["template", "use", "weather", "--param", "urgency=8"];
    aegis(&home, &make).refuses(4, &["city", "Where?"]);
    let made = aegis(&home, &[&make[..], &["--param", "city=Berlin", "--json"]].concat());
    let number = made.exits(0).json()["card"]["number"].as_u64().expect("a number");
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!(task.title(), "Weather of Berlin");
    assert!(tasks::log(&home, number).contains("rain in Berlin"));

    aegis(&home, &["template", "remove", "weather"]).exits(0);
    aegis(&home, &["template", "show", "weather"]).refuses(3, &["weather"]);
    aegis(&home, &["template", "use", "weather"]).refuses(3, &["weather"]);
    aegis(&home, &["template", "remove", "weather"]).refuses(3, &["weather"]);
}

#[test]
fn a_template_that_cannot_stand_is_refused() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let file = home.home().join("t.json");
    let file = file.to_str().expect("text");
    let save = |name: &str, text: &str| {
        fs::write(file, text).expect("a file");
        aegis(&home, &["template", "save", name, "--file", file])
    };
    save("t", "{").refuses(4, &["template"]);
    save("t", r#"{"title": "T"}"#).refuses(4, &["template"]);
    save("t", r#"{"task": {"title": "T", "urgency": 3}}"#).refuses(4, &["urgency"]);
    save("t", r#"{"task": {"title": "{{city}}"}}"#).refuses(4, &["city"]);
    save("Two Words", r#"{"task": {"title": "T"}}"#).refuses(4, &["Two Words"]);
    aegis(&home, &["template", "save", "t", "--file", "/nowhere/t.json"]).refuses(2, &["/nowhere"]);
    assert_eq!(aegis(&home, &["template", "list", "--json"]).exits(0).json(), json!([]));
}

#[test]
fn a_whole_task_comes_from_a_file() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let file = home.home().join("task.json");
    let file = file.to_str().expect("text");
    let task = |more: &str| format!("{{\"schedule\": {{\"kind\": \"manual\"}}, {more}}}");
    let metadata =
        |value: &str| task(&format!("\"title\": \"T\", \"metadata\": {{\"a\": {value}}}"));
    let deep = metadata(&format!("{}1{}", "[".repeat(50), "]".repeat(50)));
    let large = metadata(&format!("\"{}\"", "x".repeat(10_000_000)));
    for (text, word) in [
        (task("\"titel\": \"T\""), "titel"),
        (deep, "deep"),
        (large, "bytes"),
        (task("\"title\": \"a\\u0000b\""), "U+0000"),
        (task("\"title\": \"T\", \"priority\": 11"), "11"),
    ] {
        fs::write(file, &text).expect("a file");
        aegis(&home, &["task", "create", "--json-file", file]).refuses(4, &[word]);
    }
    assert_eq!(tasks::list(&home), [0; 0]);
    let whole = json!({
        "title": "Whole", "slug": "whole_task", "tags": ["a"], "team": { "size": 2 },
        "schedule": { "kind": "manual" }, "metadata": { "ui": { "icon": "☂" } },
    });
    fs::write(file, whole.to_string()).expect("a file");
    aegis(&home, &["task", "create", "--json-file", file]).exits(0);
    let shown = aegis(&home, &["task", "show", "whole_task", "--json"]).exits(0).json();
    assert_eq!(shown["task"]["definition"]["team"]["size"], 2);
    assert_eq!(shown["card"]["look"]["icon"], "☂");
    assert_eq!(shown["card"]["state"], Value::Null);
    aegis(&home, &["task", "create", "--json-file", file]).refuses(4, &["whole_task"]);
}

#[test]
fn what_waits_can_be_held_until_somebody_decides() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["engine", "pause"]).exits(0);
    let number = tasks::create(&home, &["--", "true"]);
    let name = number.to_string();
    aegis(&home, &["task", "hold", &name, "--question", "Is it \u{1b}[2Jsafe?"]).exits(0);
    aegis(&home, &["engine", "resume"]).exits(0);
    let task = tasks::wait_for_state(&home, number, "blocked");
    assert_eq!(task.runs(), 0);
    let text = aegis(&home, &["task", "status", &name]).exits(0).text();
    assert!(text.contains("safe?") && !text.contains('\u{1b}'), "{text:?}");
    aegis(&home, &["task", "release", &name]).exits(0);
    tasks::wait_for_state(&home, number, "completed");
    aegis(&home, &["task", "release", &name]).refuses(4, &["released"]);
}

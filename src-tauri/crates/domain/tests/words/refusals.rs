//! Every refusal's sentence, as people read it.

use crate::templates::{parameters, values};
use aegis_domain::condition::Condition;
use aegis_domain::placeholder::{refuse_in_shell, roots_of_text};
use aegis_domain::template::Template;
use aegis_domain::{Invalid, NewTask};
use serde_json::{Value, json};
use std::fmt::Write;

const CONDITIONS: &[&str] = &[
    "",
    "  ",
    "outcome\0",
    "outcome = 'completed'",
    "outcome === 'completed'",
    "exit_code is 0",
    "exit_code == 0 && result",
    "exit_code == 0 || result",
    "!result",
    "outcome == “completed”",
    "outcome == 'completed",
    "outcome == 'a\\d'",
    "exit_code ==",
    "exit_code == 007",
    "exit_code > 1e999",
    "exit_code == 3-2",
    "1 < exit_code < 5",
    "exit_code <> 1",
    "(exit_code) == 1",
    "(exit_code == 1",
    "(exit_code",
    "exit_code == 1)",
    "exit_code 1",
    "exit_code == 1 2",
    "and exit_code",
    "exit_code and",
    "not",
    "()",
    "result.",
    "result.1",
    "result[",
    "result[-1]",
    "result[0",
    "result['a]",
    "result[99999999999999999999]",
    "result .count",
    "größe == 1 \u{202e}",
    "result contains [1]",
];

const TEXTS: &[&str] = &[
    "{{",
    "{{}}",
    "{{ city",
    "{{city}",
    "{{report name}}",
    "{{.Names}}",
    "{{city | upper}}",
    "{{files[one]}}",
    "{{files['a]}}",
    "docker ps --format '{{json .}}'",
    "{{ \u{7} }}",
];

fn tell(told: &mut String, of: &str, refused: &Invalid) {
    writeln!(told, "> {of}").unwrap();
    writeln!(told, "  {}: {}", refused.field, refused.message).unwrap();
    writeln!(told, "  {}", refused.hint).unwrap();
}

#[test]
fn of_conditions() {
    let mut told = String::new();
    for text in CONDITIONS {
        let refused = Condition::new(text).expect_err(text);
        tell(&mut told, &text.escape_debug().to_string(), &refused);
    }
    let long = Condition::new(&"x".repeat(1001)).unwrap_err();
    tell(&mut told, "(1001 characters)", &long);
    let deep = Condition::new(&"(".repeat(1000)).unwrap_err();
    tell(&mut told, "(1000 parentheses)", &deep);
    insta::assert_snapshot!(told);
}

#[test]
fn of_placeholders() {
    let mut told = String::new();
    for text in TEXTS {
        let refused = roots_of_text(text).expect_err(text);
        tell(&mut told, &text.escape_debug().to_string(), &refused);
    }
    let many = roots_of_text(&"{{a}}".repeat(1001)).unwrap_err();
    tell(&mut told, "(1001 placeholders)", &many);
    for settings in [
        json!({"command": ["sh", "-c", "curl wttr.in/{{city}}"]}),
        json!({"command": ["env", "bash", "-lc", "echo {{previous.result}}"]}),
        json!({"command": ["bash", "{{script}}"]}),
        json!({"command": ["sh"], "stdin": "echo {{city}}"}),
    ] {
        tell(&mut told, &settings.to_string(), &refuse_in_shell(&settings).unwrap_err());
    }
    insta::assert_snapshot!(told);
}

/// A template's parts: name, defaults of its parameters, task.
fn templates() -> Vec<(&'static str, Value, Value)> {
    let title = json!({"title": "x"});
    let long = "x".repeat(512 * 1024);
    vec![
        ("", json!({}), title.clone()),
        ("Weekly Report\n", json!({}), title.clone()),
        ("t", json!({"no name": 1}), title.clone()),
        ("t", json!({"title": 1}), title),
        ("t", json!({}), json!("make tea")),
        ("t", json!({}), json!({"title": "x", "prioritty": 5})),
        ("t", json!({}), json!({"description": "x"})),
        ("t", json!({}), json!({"title": "x", "description": long})),
        ("t", json!({"city": "x"}), json!({"title": "{{city}} {{town}}"})),
        ("t", json!({"city": "x"}), json!({"title": "{{city"})),
        ("t", json!({"city": "x"}), json!({"title": "x", "parameters": {"city": {}}})),
        ("t", json!({}), json!({"title": "x", "priority": "high"})),
        ("t", json!({"p": "high"}), json!({"title": "x", "priority": "{{p}}"})),
        ("t", json!({"k": "often"}), json!({"title": "x", "schedule": {"kind": "{{k}}"}})),
        ("t", json!({"e": "shell"}), json!({"title": "x", "executor": "{{e}}"})),
        (
            "t",
            json!({"city": "x"}),
            json!({
                "title": "x",
                "executor": {"name": "shell", "settings": {"command": ["sh", "-c", "{{city}}"]}},
            }),
        ),
    ]
}

#[test]
fn of_templates() {
    let mut told = String::new();
    for (name, defaults, task) in templates() {
        let shown: String = format!("{name:?} {defaults} {task}").chars().take(120).collect();
        let refused = Template::new(name, "", parameters(&defaults), task).expect_err(&shown);
        tell(&mut told, &shown, &refused);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn of_values_for_templates() {
    let mut told = String::new();
    let task = json!({"title": "{{city}}", "priority": "{{urgency}}", "tags": "{{tags}}"});
    let defaults = json!({"city": null, "urgency": 5, "tags": []});
    let weather = Template::new("weather", "", parameters(&defaults), task).unwrap();
    let empty = Template::new("tea", "", parameters(&json!({})), json!({"title": "Tea"})).unwrap();
    let large = "x".repeat(20_000);
    let mut make = |template: &Template, given: Value| {
        let made: Result<NewTask, Invalid> = template.make(&values(&given));
        let shown: String = given.to_string().chars().take(60).collect();
        tell(&mut told, &shown, &made.expect_err(&shown));
    };
    make(&weather, json!({}));
    make(&weather, json!({"city": "Köln", "town": "Köln"}));
    make(&weather, json!({"city": "Köln", "urgency": "high"}));
    make(&weather, json!({"city": "Köln", "urgency": 500}));
    make(&weather, json!({"city": "Köln", "tags": [["x"]]}));
    make(&weather, json!({"city": large}));
    make(&empty, json!({"sugar": true}));
    insta::assert_snapshot!(told);
}

//! What work may cost: the day's budget, and that of a schedule.

use std::time::Duration;

use serde_json::json;

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks;

/// Time for a program to be ended and for another one to start.
const SOON: Duration = Duration::from_secs(30);

/// Says what it has cost, and does not end.
const COSTS: &str = r#"echo '{"usage":{"input_tokens":1,"output_tokens":1,"cost":"2.50"}}' > "$AEGIS_REPORT"; sleep 600"#;

#[test]
fn a_run_that_spends_the_day_parks_survives_and_goes_on_when_there_is_more() {
    let home = Home::new();
    let serve = Serve::start(&home);
    aegis(&home, &["settings", "set", "daily_budget", "2"]).exits(0);
    let number = tasks::create_script(&home, COSTS);
    tasks::wait_for_state(&home, number, "awaiting");
    let name = number.to_string();
    let sentence = "The day's budget of $2.00 is spent: $2.50 so far.";
    let question = aegis(&home, &["approvals", "show", &name]).exits(0).text();
    assert!(question.contains(sentence) && question.contains("Goes on"), "{question}");
    let spending = aegis(&home, &["spending"]).exits(0).text();
    assert!(spending.contains("$2.50 of $2.00"), "{spending}");
    for words in [&["task", "list"][..], &["task", "status", &name], &["task", "show", &name]] {
        let shown = aegis(&home, words).exits(0).text();
        assert!(shown.contains("$2.50"), "no cost in {shown}");
    }

    // Nothing of it is lost with the engine.
    serve.kill();
    let _serve = Serve::start(&home);
    let task = tasks::wait_for_state(&home, number, "awaiting");
    assert_eq!(task.runs(), 1);
    aegis(&home, &["settings", "set", "daily-budget", "none"]).exits(0);
    tasks::wait_until(&home, number, "at work again", SOON, |task| {
        task.runs() == 2 && task.state() == "executing"
    });
}

#[test]
fn a_budget_that_cannot_be_is_refused_with_a_hint() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    for wrong in ["0", "lots", "-1", "5,00"] {
        let words = ["settings", "set", "daily-budget", "--", wrong];
        aegis(&home, &words).refuses(4, &["cannot be", "dollars"]);
    }
    aegis(&home, &["settings", "set", "question-expiry", "5s"]).refuses(4, &["cannot be 5", "60"]);
    aegis(&home, &["settings", "set", "question-expiry", "soon"]).exits(2);
    aegis(&home, &["settings", "set", "question-expiry", "3d"]).exits(0);
    let text = aegis(&home, &["settings", "show"]).exits(0).text();
    assert!(text.contains("3days") && text.contains("daily-budget"), "{text}");
    let schedule = ["task", "create", "--daily", "07:00", "--schedule-budget"];
    aegis(&home, &[&schedule[..], &["5/year", "--", "true"]].concat()).exits(2);
    let once = ["task", "create", "--schedule-budget", "5/week", "--", "true"];
    aegis(&home, &once).refuses(4, &["runs once"]);
}

#[test]
fn the_environment_sets_the_day_and_says_so() {
    let mut home = Home::new();
    home.set("AEGIS_DAILY_BUDGET", "2.50");
    let text = aegis(&home, &["settings", "show"]).exits(0).text();
    assert!(text.contains("$2.50 (set by AEGIS_DAILY_BUDGET for now)"), "{text}");
    home.set("AEGIS_DAILY_BUDGET", "lots");
    aegis(&home, &["settings", "show"]).refuses(4, &["AEGIS_DAILY_BUDGET", "lots", "unset it"]);
}

#[test]
fn a_schedule_keeps_its_budget_through_edits_and_an_export() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let words = ["--daily", "07:00", "--schedule-budget", "5/week", "--", "true"];
    let name = tasks::create(&home, &words).to_string();
    let shown = aegis(&home, &["task", "show", &name]).exits(0).text();
    assert!(shown.contains("$5.00 a week, all times together"), "{shown}");
    aegis(&home, &["task", "edit", &name, "--schedule-budget", "20/month"]).exits(0);
    let spending = aegis(&home, &["spending", &name]).exits(0).text();
    assert!(spending.contains("$0.00 of $20.00 this month"), "{spending}");
    drop(serve);
    let file = home.folder("work").join("all.jsonl");
    let file = file.to_str().unwrap();
    aegis(&home, &["export", file]).exits(0);
    let other = Home::new();
    aegis(&other, &["import", file]).exits(0);
    let task = aegis(&other, &["task", "show", &name, "--json"]).exits(0).json();
    let budget = &task["task"]["definition"]["schedule_budget"];
    assert_eq!(*budget, json!({ "amount": "20.00", "per": "month" }));
    aegis(&other, &["task", "edit", &name, "--clear", "schedule-budget"]).exits(0);
    let shown = aegis(&other, &["task", "show", &name]).exits(0).text();
    assert!(!shown.contains("all times together"), "{shown}");
}

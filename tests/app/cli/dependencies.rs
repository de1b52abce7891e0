//! Tasks that wait for others, from the command line.

use serde_json::Value;

use crate::harness::home::Home;
use crate::harness::program::{self, aegis};
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

fn shown(home: &Home, number: u64) -> Value {
    aegis(home, &["task", "show", &number.to_string(), "--json"]).exits(0).json()
}

/// The state of its newest occurrence: also that of one that was left out, which no card shows.
fn newest(home: &Home, number: u64) -> String {
    let state = shown(home, number)["occurrences"][0]["state"]["name"].clone();
    state.as_str().unwrap_or_default().to_owned()
}

#[track_caller]
fn wait_for_newest(home: &Home, number: u64, state: &str) {
    let what = format!("task {number} to be {state}");
    crate::harness::poll::until(&what, RUN, || (newest(home, number) == state).then_some(()));
}

/// A task that ends with this exit code, and is not tried again.
fn ends_with(home: &Home, code: u8) -> u64 {
    let script = format!("exit {code}");
    tasks::create(home, &["--retries", "0", "--", "sh", "-c", &script])
}

/// A task that runs until the file `gate` is in the user's home.
fn gated(home: &Home) -> u64 {
    let gate = home.home().join("gate");
    let script = format!("until [ -e {} ]; do sleep 0.05; done", gate.display());
    tasks::create(home, &["--", "sh", "-c", &script])
}

fn open_gate(home: &Home) {
    std::fs::write(home.home().join("gate"), "").expect("a file");
}

fn after(home: &Home, number: u64, more: &[&str]) -> u64 {
    let number = number.to_string();
    tasks::create(home, &[&["--after", &number], more, &["--", "true"]].concat())
}

#[test]
fn a_task_waits_until_another_has_completed() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let first = gated(&home);
    let second = after(&home, first, &[]);
    let task = tasks::wait_for_state(&home, second, "blocked");
    assert_eq!(task.runs(), 0);
    let text = aegis(&home, &["task", "status", &second.to_string()]).exits(0).text();
    assert!(text.contains(&format!("Waits for #{first}")), "{text}");
    let text = aegis(&home, &["task", "show", &first.to_string()]).exits(0).text();
    assert!(text.contains(&format!("Then        #{second}")), "{text}");
    open_gate(&home);
    tasks::wait_for_state(&home, second, "completed");
    let (first, second) = (shown(&home, first), shown(&home, second));
    let ended = first["runs"][0]["end"]["at"].as_str().unwrap();
    let started = second["runs"][0]["started_at"].as_str().unwrap();
    assert!(started >= ended, "it started at {started}, the other ended at {ended}");
}

#[test]
fn a_follower_starts_whenever_another_has_ended() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let first = tasks::create(&home, &["--manual", "--", "true"]);
    let second = after(&home, first, &["--follow"]);
    let third = after(&home, second, &["--follow"]);
    for times in 1..=3 {
        aegis(&home, &["task", "run", &first.to_string()]).exits(0);
        tasks::wait_until(&home, third, "run again", RUN, |task| {
            task.occurrences() == times && task.state() == "completed"
        });
    }
    for follower in [second, third] {
        let task = shown(&home, follower);
        let occurrences = task["occurrences"].as_array().unwrap();
        assert_eq!(occurrences.len(), 3);
        assert!(occurrences.iter().all(|o| o["cause"] == "chain"), "{task}");
    }
}

#[test]
fn a_predecessor_that_fails_decides_as_the_task_says() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let failing = ends_with(&home, 1);
    let fails = after(&home, failing, &[]);
    let also_fails = after(&home, failing, &["--otherwise", "fail"]);
    let skips = after(&home, failing, &["--otherwise", "skip"]);
    let goes_on = after(&home, failing, &["--otherwise", "continue"]);
    for task in [fails, also_fails] {
        let task = tasks::wait_for_state(&home, task, "failed");
        let (_, message) = task.failure();
        assert!(message.contains(&format!("#{failing}")), "{message}");
        assert_eq!(task.runs(), 0);
    }
    wait_for_newest(&home, skips, "skipped");
    tasks::wait_for_state(&home, goes_on, "completed");
}

#[test]
fn a_condition_looks_at_how_the_other_ended() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let (two, three) = (ends_with(&home, 2), ends_with(&home, 3));
    let when = ["--when", "exit_code == 2"];
    let runs = after(&home, two, &when);
    let skips = after(&home, three, &when);
    let fails = after(&home, three, &[&when[..], &["--otherwise", "fail"]].concat());
    tasks::wait_for_state(&home, runs, "completed");
    wait_for_newest(&home, skips, "skipped");
    let (_, message) = tasks::wait_for_state(&home, fails, "failed").failure();
    assert!(message.contains("exit_code == 2"), "{message}");
}

#[test]
fn one_of_several_is_enough_where_the_task_says_so() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let (waits, fails, completes) = (gated(&home), ends_with(&home, 1), ends_with(&home, 0));
    let all = format!("{waits},{fails},{completes}");
    let any = tasks::create(&home, &["--after", &all, "--after-any", "--", "true"]);
    tasks::wait_for_state(&home, any, "completed");
    let two = tasks::create(&home, &["--after", &all, "--after-at-least", "2", "--", "true"]);
    tasks::wait_for_state(&home, two, "blocked");
    open_gate(&home);
    tasks::wait_for_state(&home, two, "completed");
    let every = tasks::create(&home, &["--after", &all, "--", "true"]);
    tasks::wait_for_state(&home, every, "failed");
    let four = ["task", "create", "--after", &all, "--after-at-least", "4", "--", "true"];
    aegis(&home, &four).refuses(4, &["4 of 3"]);
}

#[test]
fn a_result_is_handed_on() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = "echo '{\"found\": 41}' > \"$AEGIS_RESULT\"; printf %s \"$AEGIS_PREVIOUS\"";
    let first = tasks::create(&home, &["--", "sh", "-c", script]);
    let enough = after(&home, first, &["--when", "result.found > 40"]);
    let too_few = after(&home, first, &["--when", "result.found > 41"]);
    tasks::wait_for_state(&home, enough, "completed");
    wait_for_newest(&home, too_few, "skipped");
    aegis(&home, &["task", "run", &first.to_string()]).exits(0);
    tasks::wait_until(&home, first, "run twice", RUN, |task| {
        task.occurrences() == 2 && task.state() == "completed"
    });
    let previous = aegis(&home, &["task", "logs", &first.to_string()]).exits(0).json();
    assert_eq!(previous["result"]["found"], 41);
    assert_eq!((&previous["outcome"], &previous["exit_code"]), (&"completed".into(), &0.into()));
    let text = aegis(&home, &["task", "show", &first.to_string()]).exits(0).text();
    assert!(text.contains("{\"found\":41}"), "{text}");
}

#[test]
fn a_circle_is_refused_with_its_path() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let first = tasks::create(&home, &["--manual", "--", "true"]);
    let second = after(&home, first, &["--manual"]);
    let third = after(&home, second, &["--manual"]);
    let (first, third) = (first.to_string(), third.to_string());
    let path = format!("#{first} waits for #{third}, which waits for #{second}");
    aegis(&home, &["task", "edit", &first, "--after", &third]).refuses(4, &["circle", &path]);
    let path = format!("#{first} waits for #{first}");
    aegis(&home, &["task", "edit", &first, "--after", &first]).refuses(4, &["circle", &path]);
    let task = shown(&home, first.parse().unwrap());
    assert_eq!(task["depends_on"], serde_json::json!([]), "nothing changed");
    aegis(&home, &["task", "edit", &second.to_string(), "--clear", "after"]).exits(0);
    aegis(&home, &["task", "edit", &first, "--after", &third]).exits(0);
}

#[test]
fn a_deleted_predecessor_counts_as_it_ended_or_never_will() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let never_ran = tasks::create(&home, &["--manual", "--", "true"]);
    let waits = after(&home, never_ran, &[]);
    tasks::wait_for_state(&home, waits, "blocked");
    aegis(&home, &["task", "delete", &never_ran.to_string()]).exits(0);
    let (_, message) = tasks::wait_for_state(&home, waits, "failed").failure();
    assert!(message.contains("will not run any more"), "{message}");

    let completed = ends_with(&home, 0);
    let manual = after(&home, completed, &["--manual"]);
    tasks::wait_for_state(&home, completed, "completed");
    aegis(&home, &["task", "delete", &completed.to_string()]).exits(0);
    aegis(&home, &["task", "run", &manual.to_string()]).exits(0);
    tasks::wait_for_state(&home, manual, "completed");

    let words = ["task", "create", "--after", &completed.to_string(), "--", "true"];
    aegis(&home, &words).refuses(4, &["deleted", "Restore"]);
    let words = ["task", "create", "--after", "999", "--", "true"];
    aegis(&home, &words).refuses(3, &["#999"]);
}

#[test]
fn an_archived_predecessor_will_not_run_any_more() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let never_ran = tasks::create(&home, &["--manual", "--", "true"]);
    let waits = after(&home, never_ran, &["--otherwise", "skip"]);
    tasks::wait_for_state(&home, waits, "blocked");
    aegis(&home, &["task", "archive", &never_ran.to_string()]).exits(0);
    wait_for_newest(&home, waits, "skipped");
    aegis(&home, &["task", "run", &never_ran.to_string()]).refuses(4, &["archived"]);
}

/// A script that fails when another one of its kind is at work.
const ALONE: &str = "mkdir ~/taken || exit 1; sleep 0.2; rmdir ~/taken";

#[test]
fn tasks_that_share_a_resource_run_one_after_the_other() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let words = ["--resource", "gpu", "--retries", "0", "--", "sh", "-c", ALONE];
    let all: Vec<u64> = (0..4).map(|_| tasks::create(&home, &words)).collect();
    for number in all {
        tasks::wait_for_state(&home, number, "completed");
    }
}

#[test]
fn a_resource_of_two_holds_two_at_once() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["resource", "set", "gpu", "2"]).exits(0);
    let gate = home.home().join("gate");
    let script = format!("until [ -e {} ]; do sleep 0.05; done", gate.display());
    let words = ["--resource", "gpu", "--", "sh", "-c", &script];
    let all: Vec<u64> = (0..3).map(|_| tasks::create(&home, &words)).collect();
    tasks::wait_for_state(&home, all[0], "executing");
    tasks::wait_for_state(&home, all[1], "executing");
    let waits = tasks::show(&home, all[2]);
    assert!(["blocked", "queued"].contains(&waits.state()), "{waits:?}");
    let listed = aegis(&home, &["resource", "list", "--json"]).exits(0).json();
    assert_eq!((&listed[0]["capacity"], &listed[0]["used"]), (&2.into(), &2.into()), "{listed}");
    open_gate(&home);
    for number in all {
        tasks::wait_for_state(&home, number, "completed");
    }
    aegis(&home, &["resource", "remove", "gpu"]).exits(0);
    let one = ["task", "create", "--resource", "gpu:0", "--", "true"];
    aegis(&home, &one).refuses(4, &["gpu", "0"]);
}

/// The command line as a task's program calls it: it means the Aegis that it runs under.
fn calls_aegis(words: &str) -> String {
    format!("{} {words}", program::path("aegis").display())
}

#[test]
fn tasks_that_make_tasks_that_make_tasks_are_stopped() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = home.home().join("again.sh");
    let create = format!("task create --retries 0 -- sh {}", script.display());
    std::fs::write(&script, calls_aegis(&create)).expect("a script");
    let words = ["--retries", "0", "--", "sh", script.to_str().expect("text")];
    let first = tasks::create(&home, &words);
    let last = crate::harness::poll::until("the end of the loop", RUN, || {
        let newest = *tasks::list(&home).iter().max()?;
        (tasks::show(&home, newest).state() == "failed").then_some(newest)
    });
    let log = tasks::log(&home, last);
    assert!(log.contains("8 runs have set off one another"), "{log}");
    assert!(log.contains("looks like a loop"), "{log}");
    assert_eq!(last, first + 8, "eight tasks were made, and the ninth was refused");
    let made = shown(&home, last);
    assert_eq!(made["task"]["origin"]["depth"], 8, "{made}");
}

#[test]
fn one_run_makes_only_so_many_tasks() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let create = calls_aegis("task create --manual --title one -- true");
    let script = format!("for i in $(seq 51); do {create} || exit 7; done");
    let number = tasks::create(&home, &["--retries", "0", "--", "sh", "-c", &script]);
    let task = tasks::wait_until(&home, number, "stopped", 3 * RUN, |t| t.state() == "failed");
    assert_eq!(task.exit_code(), Some(7));
    assert!(tasks::log(&home, number).contains("has made 50 tasks already"));
    let page = aegis(&home, &["task", "list", "--limit", "500", "--json"]).exits(0).json();
    assert_eq!(page["tasks"].as_array().unwrap().len(), 51);
}

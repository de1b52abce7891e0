//! A task's life from the command line.

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

#[test]
fn a_shell_task_runs_and_shows_what_it_printed() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "echo to be read; echo aside >&2; pwd");
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!((task.column(), task.exit_code(), task.runs()), ("done", Some(0), 1));
    let log = tasks::log(&home, number);
    for line in ["to be read", "aside", home.folder("work").to_str().unwrap()] {
        assert!(log.contains(line), "no {line:?} in {log:?}");
    }
}

#[test]
fn the_environment_of_a_task_is_not_that_of_the_engine() {
    let mut home = Home::new();
    home.set("SECRET_OF_THE_SHELL", "hunter2");
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "env; echo home is $HOME");
    tasks::wait_for_state(&home, number, "completed");
    let log = tasks::log(&home, number);
    assert!(!log.contains("hunter2") && !log.contains("SECRET_OF_THE_SHELL"), "{log}");
    // A program that calls `aegis` means the one that it runs under.
    assert!(log.contains(&format!("AEGIS_HOME={}", home.data().display())), "{log}");
    assert!(log.contains(&format!("home is {}", home.home().display())), "{log}");
}

#[test]
fn waiting_ends_with_the_task_and_its_success() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let create = ["task", "create", "--executor", "shell", "--wait", "--"];
    aegis(&home, &[&create[..], &["true"]].concat()).exits(0);
    aegis(&home, &[&create[..], &["false"]].concat()).exits(1);
}

#[test]
fn a_failed_task_says_how_it_failed() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "echo so far; exit 3");
    let task = tasks::wait_for_state(&home, number, "failed");
    assert_eq!((task.column(), task.exit_code()), ("failed", Some(3)));
    let (category, message) = task.failure();
    assert_eq!(category, "command_failed");
    assert!(message.contains('3'), "{message}");
    assert!(tasks::log(&home, number).contains("so far"));
}

#[test]
fn every_name_of_a_task_finds_it() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    let shown = aegis(&home, &["task", "show", &number.to_string(), "--json"]).exits(0).json();
    let names = [
        format!("#{number}"),
        shown["card"]["short_id"].as_str().unwrap().to_owned(),
        shown["card"]["id"].as_str().unwrap().to_owned(),
    ];
    for name in names {
        let same = aegis(&home, &["task", "show", &name, "--json"]).exits(0).json();
        assert_eq!(same["card"]["id"], shown["card"]["id"], "{name}");
    }
}

#[test]
fn a_manual_task_waits_until_it_is_told_and_runs_again() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    let other = tasks::create_script(&home, "true");
    tasks::wait_for_state(&home, other, "completed");
    assert_eq!(tasks::show(&home, number).column(), "backlog");
    for runs in 1..=2 {
        aegis(&home, &["task", "run", &number.to_string()]).exits(0);
        tasks::wait_until(&home, number, "run and done", RUN, |task| {
            task.occurrences() == runs && task.state() == "completed"
        });
    }
}

#[test]
fn a_deleted_task_comes_back_with_restore() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "echo kept");
    tasks::wait_for_state(&home, number, "completed");
    aegis(&home, &["task", "delete", &number.to_string()]).exits(0);
    assert_eq!(tasks::list(&home), [0; 0]);
    aegis(&home, &["task", "restore", &number.to_string()]).exits(0);
    assert_eq!(tasks::list(&home), [number]);
    assert!(tasks::log(&home, number).contains("kept"));
}

#[test]
fn quick_add_shows_its_reading_and_makes_nothing_until_it_is_told() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let line = "run: echo from a line in ~";
    let read = aegis(&home, &["quick-add", "--dry-run", line]).exits(0).text();
    assert!(read.contains("echo"), "{read}");
    assert_eq!(tasks::list(&home), [0; 0]);
    aegis(&home, &["quick-add", line]).exits(0);
    let [number] = tasks::list(&home)[..] else { panic!("one task") };
    tasks::wait_for_state(&home, number, "completed");
    assert!(tasks::log(&home, number).contains("from a line"));
}

#[test]
fn a_followed_log_ends_with_the_task() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let gate = home.home().join("gate");
    let script =
        format!("echo first; until [ -e {} ]; do sleep 0.05; done; echo last", gate.display());
    let number = tasks::create_script(&home, &script);
    let words = ["task", "logs", "--follow", &number.to_string()];
    let mut follower = crate::harness::program::start_aegis(&home, &words);
    crate::harness::poll::until("the first line", RUN, || {
        follower.output().contains("first").then_some(())
    });
    assert!(follower.ended().is_none(), "it follows while the task runs");
    std::fs::write(&gate, "").unwrap();
    assert!(follower.wait(RUN).success());
    assert!(follower.output().contains("last"), "{}", follower.output());
}

#[test]
fn a_list_for_people_has_no_more_than_a_line_a_task() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    for title in ["Sort the photographs", &"A long title ".repeat(30)] {
        tasks::create(&home, &["--executor", "shell", "--manual", "--title", title, "--", "true"]);
    }
    let list = aegis(&home, &["task", "list"]).exits(0).text();
    assert!(list.contains("Sort the photographs"), "{list}");
    assert!(!list.contains('\u{1b}'), "no colours where no terminal is: {list:?}");
    assert!(list.lines().count() <= 4, "a header, two tasks: {list}");
}

//! What a person gets wrong is answered in a sentence, and nothing is made.

use crate::harness::home::Home;
use crate::harness::program::{Finished, aegis};
use crate::harness::serve::Serve;
use crate::harness::tasks;

fn with_title(home: &Home, title: &str) -> Finished {
    aegis(
        home,
        &["task", "create", "--executor", "shell", "--manual", "--title", title, "--", "true"],
    )
}

#[test]
fn a_title_that_cannot_be_one_is_refused() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    with_title(&home, "").refuses(4, &["title", "empty"]);
    with_title(&home, " \t ").refuses(4, &["title", "empty"]);
    with_title(&home, "two\nlines").refuses(4, &["title", "U+000A"]);
    with_title(&home, "bell \u{7}").refuses(4, &["title", "U+0007"]);
    with_title(&home, "invoice \u{202e}fdp.exe").refuses(4, &["title", "U+202E"]);
    // The most that Linux lets one argument have is 128 KiB.
    with_title(&home, &"x".repeat(100_000)).refuses(4, &["title", "100000", "500"]);
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn a_line_of_a_megabyte_is_refused() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    // One argument may have 128 KiB, all of them a quarter of the stack.
    let words = vec!["x".repeat(100_000); 10];
    let words: Vec<&str> =
        std::iter::once("quick-add").chain(words.iter().map(String::as_str)).collect();
    aegis(&home, &words).refuses(4, &["2000"]);
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn a_title_from_right_to_left_is_kept_as_it_is() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let title = "תזכורת: לקנות חלב 2% — شراء الحليب";
    with_title(&home, title).exits(0);
    let [number] = tasks::list(&home)[..] else { panic!("one task") };
    assert_eq!(tasks::show(&home, number).title(), title);
}

#[test]
fn a_title_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let _serve = Serve::start(&home);
    let title = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let words = ["task", "create", "--executor", "shell", "--manual", "--title"].map(AsRef::as_ref);
    let words = [&words[..], &[title, "--".as_ref(), "true".as_ref()]].concat();
    aegis(&home, &words).refuses(2, &["UTF-8"]);
}

#[test]
fn a_command_that_does_not_exist_fails_by_its_name() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let words = ["--executor", "shell", "--retries", "0", "--", "no-such-program-at-all"];
    let number = tasks::create(&home, &words);
    let task = tasks::wait_for_state(&home, number, "failed");
    let (category, message) = task.failure();
    assert_eq!(category, "file_not_found");
    assert!(message.contains("no-such-program-at-all"), "{message}");
}

#[test]
fn a_working_directory_that_cannot_be_one_is_named() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let file = home.home().join("a-file");
    std::fs::write(&file, "").unwrap();
    let elsewhere = home.outside();
    let through_link = home.home().join("a-link");
    std::os::unix::fs::symlink(&elsewhere, &through_link).unwrap();
    let cases = [
        (home.home().join("not-there"), "not-there"),
        (file, "a-file"),
        (elsewhere, "outside"),
        (through_link, "outside"),
        ("/".into(), "outside"),
    ];
    for (folder, word) in cases {
        let folder = folder.to_str().unwrap();
        let words = ["task", "create", "--executor", "shell", "--cwd", folder, "--", "true"];
        aegis(&home, &words).refuses(4, &[word]);
    }
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn a_folder_becomes_allowed_by_adding_it() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let elsewhere = home.outside();
    let elsewhere = elsewhere.to_str().unwrap();
    let words = ["--executor", "shell", "--cwd", elsewhere, "--", "pwd"];
    aegis(&home, &["roots", "add", elsewhere]).exits(0);
    let number = tasks::create(&home, &words);
    tasks::wait_for_state(&home, number, "completed");
    assert!(tasks::log(&home, number).contains(elsewhere));
    aegis(&home, &["roots", "remove", elsewhere]).exits(0);
    aegis(&home, &[&["task", "create"], &words[..]].concat()).refuses(4, &["outside"]);
}

#[test]
fn a_time_in_the_past_is_refused() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let at = ["--at", "2001-01-01T00:00:00Z", "--title", "Stretch"];
    let words = [&["task", "create", "--executor", "reminder"], &at[..]].concat();
    aegis(&home, &words).refuses(4, &["past"]);
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn what_cannot_be_read_at_all_is_a_question_of_usage() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    aegis(&home, &["task", "create", "--executor", "shell"]).refuses(2, &["command"]);
    aegis(&home, &["task", "create", "--no-such-option"]).refuses(2, &["--no-such-option"]);
    aegis(&home, &["task", "create", "--executor", "reminder", "--in", "soon"])
        .refuses(2, &["soon"]);
    aegis(&home, &["task", "create", "--executor", "shell", "--priority", "11", "--", "true"])
        .refuses(2, &["11"]);
    aegis(&home, &["task", "show", "no spaces"]).refuses(2, &["no spaces"]);
}

#[test]
fn a_task_that_is_not_there_is_not_found() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    for verb in ["show", "status", "cancel", "run", "delete", "restore", "done", "logs"] {
        aegis(&home, &["task", verb, "4711"]).refuses(3, &["4711"]);
    }
}

#[test]
fn an_executor_that_is_not_there_is_named() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let refused = aegis(&home, &["task", "create", "--executor", "teleport", "--", "true"]);
    assert!(matches!(refused.status.code(), Some(2 | 4)), "{refused:?}");
    assert!(refused.stderr.contains("teleport"), "{refused:?}");
}

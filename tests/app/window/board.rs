//! A task from the quick-add line to its end, by mouse and keyboard.

use thirtyfour::Key;

use crate::harness::home::Home;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

#[test]
fn a_line_becomes_a_task_whose_end_and_log_can_be_seen() {
    let home = Home::new();
    home.folder("src");
    let session = Session::start(&home);
    let window = Window::open(&home, &session);

    window.type_into("quick-add", "run: echo typed by hand in ~/src");
    let reading = window.wait_for_text("quick-add-reading", "echo typed by hand", REACT);
    assert!(reading.contains("~/src"), "where it works is shown: {reading}");
    assert_eq!(tasks::list(&home), [0; 0], "nothing is made before Enter");

    window.press(Key::Enter);
    window.wait_for_card_in(1, "done", RUN);
    assert_eq!(window.value("quick-add"), "", "the line is free for the next");

    window.click(&card(1));
    window.wait_for_text("task-state", "Completed", REACT);
    window.wait_for_text("task-log", "typed by hand", REACT);
    let panel = window.text("task-panel").unwrap();
    assert!(panel.contains("Exit status\n0"), "its exit status is told: {panel}");
}

#[test]
fn a_long_task_is_seen_at_work_and_can_be_cancelled_and_run_again() {
    let home = Home::new();
    home.folder("work");
    let session = Session::start(&home);
    let window = Window::open(&home, &session);

    window.add("run: sh -c 'echo at work; sleep 600' in ~/work");
    window.wait_for_card_in(1, "running", RUN);
    window.wait_for_text(&card(1), "at work", RUN);
    home.wait_for_processes_in("work", |count| count >= 2);

    window.click(&card(1));
    window.wait_for_text("task-log", "at work", REACT);
    window.wait_for_text("task-state", "Executing", REACT);
    window.click("action-cancel");
    window.wait_for_card_in(1, "failed", RUN);
    window.wait_for_text("task-state", "Cancelled", REACT);
    home.wait_for_processes_in("work", |count| count == 0);

    window.click("action-run");
    // The buttons are those of the state that the panel shows.
    window.wait_for_text("task-state", "Executing", RUN);
    home.wait_for_processes_in("work", |count| count >= 2);
    window.click("action-cancel");
    window.wait_for_card_in(1, "failed", RUN);
    assert_eq!(tasks::show(&home, 1).occurrences(), 2);
}

#[test]
fn a_failed_task_shows_what_went_wrong() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.add("run: no-such-program-at-all");
    window.wait_for_card_in(1, "failed", RUN);
    window.click(&card(1));
    window.wait_for_text("task-panel", "no-such-program-at-all", REACT);
    window.wait_for_text("task-state", "Failed", REACT);
}

#[test]
fn a_program_that_prints_without_end_does_not_hold_up_the_window() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.add("run: yes a line of very many");
    window.wait_for_card_in(1, "running", RUN);
    window.click(&card(1));
    window.wait_for_text("task-log", "a line of very many", REACT);
    // While it prints, the board takes another task and shows its end.
    window.add("run: echo beside it");
    window.wait_for_card_in(2, "done", RUN);
    window.wait_for_text("task-state", "Executing", REACT);
    window.click("action-cancel");
    window.wait_for_card_in(1, "failed", RUN);
}

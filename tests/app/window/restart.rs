//! Close the window, or lose it, and start again: everything is there.

use crate::harness::home::Home;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

#[test]
fn after_a_kill_what_was_done_is_there_and_what_ran_runs_again() {
    let home = Home::new();
    home.folder("work");
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.add("run: echo before the crash");
    window.wait_for_card_in(1, "done", RUN);
    window.add("run: sleep 600 in ~/work");
    window.wait_for_card_in(2, "running", RUN);
    home.wait_for_processes_in("work", |count| count > 0);
    window.kill();
    home.wait_for_processes_in("work", |count| count == 0);

    let window = Window::open(&home, &session);
    window.wait_for_card_in(1, "done", REACT);
    window.click(&card(1));
    window.wait_for_text("task-log", "before the crash", REACT);
    window.wait_for_card_in(2, "running", RUN);
    let task = tasks::show(&home, 2);
    assert_eq!((task.runs(), task.last_reason()), (2, "interrupted"));
}

#[test]
fn a_closed_window_ends_its_children_and_goes_on_when_it_is_opened_again() {
    let home = Home::new();
    home.folder("work");
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.add("run: sleep 600 in ~/work");
    window.wait_for_card_in(1, "running", RUN);
    home.wait_for_processes_in("work", |count| count > 0);
    window.close(&home, &session);
    assert_eq!(home.processes_in("work"), [], "the window left children behind");

    let window = Window::open(&home, &session);
    window.wait_for_card_in(1, "running", RUN);
}

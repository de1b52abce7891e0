//! One engine, whoever holds it.

use rustix::process::Signal;

use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::process::Process;
use crate::harness::program::{aegis, path};
use crate::harness::serve::{STOP, Serve};
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

#[test]
fn a_window_attaches_to_a_served_engine_and_leaves_it_running() {
    let home = Home::new();
    home.folder("work");
    let session = Session::start(&home);
    let serve = Serve::start(&home);
    let before = tasks::create_script(&home, "echo before the window");
    tasks::wait_for_state(&home, before, "completed");

    let window = Window::open(&home, &session);
    window.wait_for_card_in(before, "done", REACT);
    window.add("run: sleep 600 in ~/work");
    window.wait_for_card_in(2, "running", RUN);
    let from_terminal = tasks::create_script(&home, "echo while it is open");
    window.wait_for_card_in(from_terminal, "done", RUN);
    window.click(&card(from_terminal));
    window.wait_for_text("task-log", "while it is open", REACT);

    window.close(&home, &session);
    assert_eq!(tasks::show(&home, 2).column(), "running", "the engine is not the window's");
    home.wait_for_processes_in("work", |count| count > 0);
    serve.stop(Signal::TERM, STOP);
    home.wait_for_processes_in("work", |count| count == 0);
}

#[test]
fn a_window_that_loses_its_engine_says_so_and_finds_it_again() {
    let home = Home::new();
    let session = Session::start(&home);
    let serve = Serve::start(&home);
    let number = tasks::create_script(&home, "true");
    let window = Window::open(&home, &session);
    window.wait_for_card_in(number, "done", RUN);
    serve.kill();
    window.wait_for("error", RUN);
    let _serve = Serve::start(&home);
    window.wait_until_gone("error", RUN);
    let after = tasks::create_script(&home, "true");
    window.wait_for_card_in(after, "done", RUN);
}

#[test]
fn the_command_line_talks_to_the_window() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    let status = aegis(&home, &["engine", "status", "--json"]).exits(0).json();
    assert_eq!(status["host"], "window");
    let number = tasks::create_script(&home, "echo from the terminal");
    window.wait_for_card_in(number, "done", RUN);
    assert!(tasks::log(&home, number).contains("from the terminal"));
    aegis(&home, &["serve"]).refuses(5, &["already", &window.pid().as_raw_nonzero().to_string()]);
}

#[test]
fn a_second_window_on_the_same_desktop_gives_way_to_the_first() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    let second = session.command(&home, &path("aegis-desktop"));
    let mut second = Process::start(second, &home.output("second"));
    let status = poll::until("the second window to give way", RUN, || second.ended());
    assert!(status.success(), "{status:?}: {}", second.output());
    window.add("run: true");
    window.wait_for_card_in(1, "done", RUN);
}

#[test]
fn two_windows_on_two_desktops_show_the_same_board() {
    let home = Home::new();
    let (here, there) = (Session::start(&home), Session::start(&home));
    let first = Window::open(&home, &here);
    let second = Window::open(&home, &there);
    second.add("run: echo from the second");
    first.wait_for_card_in(1, "done", RUN);
    second.wait_for_card_in(1, "done", RUN);
    first.add("run: echo from the first");
    second.wait_for_card_in(2, "done", RUN);
}

//! What goes wrong is said in the window, which goes on.

use thirtyfour::Key;

use crate::harness::home::Home;
use crate::harness::mounts::Mounts;
use crate::harness::poll;
use crate::harness::process::Process;
use crate::harness::program::path;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

#[test]
fn a_line_that_cannot_be_understood_is_answered_and_kept() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.type_into("quick-add", "run:");
    window.wait_for_text("quick-add-reading", "command", REACT);
    window.press(Key::Enter);
    window.wait_for_text("quick-add-reading", "command", REACT);
    assert_eq!(window.value("quick-add"), "run:", "what was typed is not lost");
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn a_folder_outside_the_allowed_ones_is_answered() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.add("run: true in /etc");
    window.wait_for_text("quick-add-reading", "/etc", REACT);
    window.wait_for_text("error", "outside", REACT);
    assert_eq!(tasks::list(&home), [0; 0]);
}

#[test]
fn a_megabyte_in_the_line_is_answered() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.paste_into("quick-add", &"x".repeat(1 << 20));
    window.press(Key::Enter);
    window.wait_for_text("error", "2000", REACT);
    assert_eq!(tasks::list(&home), [0; 0]);
    window.type_into("quick-add", Key::Control + "a");
    window.add("run: true");
    window.wait_for_card_in(1, "done", RUN);
}

#[test]
fn a_title_from_right_to_left_keeps_to_its_card() {
    let home = Home::new();
    let session = Session::start(&home);
    let title = "شراء الحليب 2% من المتجر";
    tasks::create(&home, &["--executor", "shell", "--manual", "--title", title, "--", "true"]);
    let window = Window::open(&home, &session);
    window.wait_for_text(&card(1), title, REACT);
    assert_eq!(window.column_of(1).as_deref(), Some("backlog"));
    // The number beside it is not drawn into the other direction's text.
    assert!(window.text(&card(1)).unwrap().contains("#1"));
}

#[test]
fn a_window_whose_data_cannot_be_written_says_why() {
    let mut home = Home::new().with_xdg_folders();
    tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    let session = Session::start(&home);
    let folder = home.data().to_str().unwrap().to_owned();
    let _mount = Mounts::read_only(&mut home);
    let window = Window::open_at_error(&home, &session);
    let error = window.wait_for_text("error", &folder, REACT);
    assert!(error.to_lowercase().contains("read-only"), "{error}");
}

#[test]
fn a_window_that_can_write_nothing_at_all_still_opens() {
    let mut home = Home::new();
    let session = Session::start(&home);
    let _mount = Mounts::read_only(&mut home);
    // WebDriver needs a folder that the browser engine can write to, so it stays out of this.
    let window = session.command(&home, &path("aegis-desktop"));
    let mut window = Process::start(window, &home.output("window"));
    poll::until("a window on the screen", RUN, || {
        let ended = window.ended();
        assert!(ended.is_none(), "it ended ({ended:?}): {}", window.output());
        session.shows_window(&home, "Aegis").then_some(())
    });
}

#[test]
fn a_window_with_a_damaged_database_opens_and_says_so() {
    let home = Home::new();
    tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    let [database] = &home.databases()[..] else { panic!("one database") };
    std::fs::write(database, "The cat sat on the mat. ".repeat(1000)).unwrap();
    let session = Session::start(&home);
    let window = Window::open_at_error(&home, &session);
    window.wait_for_text("error", database.to_str().unwrap(), REACT);
}

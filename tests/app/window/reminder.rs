//! Reminders that the window shows.

use thirtyfour::Key;

use crate::harness::home::Home;
use crate::harness::session::Session;
use crate::harness::tasks::RUN;
use crate::harness::window::{REACT, Window};

#[test]
fn a_reminder_becomes_a_notification_of_the_desktop() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.type_into("quick-add", "remind me in 2 seconds to stretch");
    window.wait_for_text("quick-add-reading", "2 seconds", REACT);
    window.press(Key::Enter);
    window.wait_for_card_in(1, "queued", REACT);
    let shown = session.wait_for_notification("tretch", RUN);
    // Tauri's plug-in signs with the program's name.
    assert_eq!(shown.app, "aegis-desktop");
    window.wait_for_card_in(1, "done", RUN);
}

#[test]
fn a_reminder_survives_a_desktop_that_shows_nothing() {
    let home = Home::new();
    // No notification daemon, and no sound device in any test.
    let session = Session::start_without_notifications(&home);
    let window = Window::open(&home, &session);
    window.add("remind me in 1 second to stretch");
    window.wait_for_card_in(1, "done", RUN);
}

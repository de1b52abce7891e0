//! What repeats and what waits, in the window.

use thirtyfour::Key;

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

#[test]
fn a_line_that_repeats_shows_its_starts_and_its_schedule_can_be_held() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    window.type_into("quick-add", "remind me every weekday at 7am to exercise #health p8");
    window.wait_for_text("quick-add-reading", "every weekday at 07:00", REACT);
    window.wait_for("quick-add-starts", REACT);
    window.type_into("quick-add", Key::Enter);
    window.wait_for_card_in(1, "queued", REACT);
    window.press(Key::Escape);
    window.click(&card(1));
    window.wait_for_text("task-schedule", "every weekday at 07:00", REACT);
    window.wait_for("task-upcoming", REACT);
    window.click("action-disable");
    window.wait_for("action-enable", REACT);
    assert_eq!(tasks::show(&home, 1).status(), "paused");
    window.click("action-enable");
    window.wait_for("action-disable", REACT);
    assert_eq!(tasks::show(&home, 1).status(), "active");
}

#[test]
fn a_blocked_card_says_what_it_waits_for_and_goes_on() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    aegis(&home, &["task", "create", "--manual", "--title", "build", "--", "true"]).exits(0);
    aegis(&home, &["task", "create", "--title", "deploy", "--after", "1", "--", "true"]).exits(0);
    window.wait_for_text("card-2-note", "build", RUN);
    window.click(&card(2));
    window.wait_for_text("task-waits", "#1", REACT);
    aegis(&home, &["task", "run", "1"]).exits(0);
    window.wait_for_card_in(2, "done", RUN);
}

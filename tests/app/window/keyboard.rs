//! Everything without a mouse.

use thirtyfour::Key;

use crate::harness::home::Home;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

#[test]
fn a_task_is_made_opened_cancelled_and_closed_without_a_mouse() {
    let home = Home::new();
    let session = Session::start(&home);
    let window = Window::open(&home, &session);

    window.press("n");
    window.wait_for_focus("quick-add");
    window.press("run: sleep 600");
    window.wait_for_text("quick-add-reading", "sleep 600", REACT);
    window.press(Key::Enter);
    window.wait_for_card_in(1, "running", RUN);

    window.tab_to(&card(1));
    window.press(Key::Enter);
    window.wait_for("task-panel", REACT);
    window.tab_to("action-cancel");
    window.press(Key::Enter);
    window.wait_for_card_in(1, "failed", RUN);

    window.press(Key::Escape);
    window.wait_until_gone("task-panel", REACT);
    window.wait_for_focus(&card(1));
}

#[test]
fn letters_walk_over_the_cards() {
    let home = Home::new();
    let session = Session::start(&home);
    for title in ["first", "second", "third"] {
        tasks::create(&home, &["--executor", "shell", "--manual", "--title", title, "--", "true"]);
    }
    let window = Window::open(&home, &session);
    window.wait_for(&card(1), REACT);
    window.press("j");
    let top = window.focused().expect("a card");
    window.press("j");
    let below = window.focused().expect("a card");
    assert_ne!(top, below);
    window.press("k");
    window.wait_for_focus(&top);
    window.press(Key::Enter);
    window.wait_for("task-panel", REACT);
    window.press(Key::Escape);
    window.wait_until_gone("task-panel", REACT);
    window.wait_for_focus(&top);
}

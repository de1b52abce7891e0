//! Everything without a mouse.

use thirtyfour::Key;

use crate::harness::home::Home;
use crate::harness::session::Session;
use crate::harness::tasks::RUN;
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

    window.press(Key::Escape);
    window.press("j");
    window.wait_for_focus(&card(1));
    window.press(Key::Enter);
    window.wait_for("task-panel", REACT);

    // Tab reaches what the panel offers, within a person's patience.
    let reached = (0..30).any(|_| {
        window.press(Key::Tab);
        window.focused().as_deref() == Some("action-cancel")
    });
    assert!(reached, "Tab never reaches the button that cancels");
    window.press(Key::Enter);
    window.wait_for_card_in(1, "failed", RUN);

    window.press(Key::Escape);
    window.wait_until_gone("task-panel", REACT);
    window.wait_for_focus(&card(1));
}

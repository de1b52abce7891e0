//! Questions that are answered where the desktop shows them.

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};

/// A task that was cut off and asks what is to become of it.
fn asking(home: &Home, session: &Session, title: &str) -> (Serve, u64) {
    let serve = Serve::start(home);
    let words = ["--on-interrupt", "ask", "--title", title, "--executor", "shell", "--"];
    let number = tasks::create(home, &[&words[..], &["sleep", "600"]].concat());
    tasks::wait_for_state(home, number, "executing");
    serve.kill();
    let serve = Serve::start(home);
    tasks::wait_for_state(home, number, "awaiting");
    let shown = session.wait_for_notification(&format!("#{number} needs you"), RUN);
    assert_eq!(shown.app, "Aegis");
    (serve, number)
}

#[test]
fn a_yes_in_a_notification_lets_the_work_go_on() {
    let mut home = Home::new();
    let session = Session::start(&home);
    session.join(&mut home);
    let (_serve, number) = asking(&home, &session, "<b>bold</b> & evil");
    session.press_in_notification(&home, "Allow");
    tasks::wait_until(&home, number, "running again", RUN, |task| {
        task.runs() == 2 && task.state() == "executing"
    });
    let events = aegis(&home, &["events", "--json"]).exits(0).text();
    assert!(events.contains("notification"), "nobody says where it was answered");
}

#[test]
fn a_no_in_a_notification_ends_what_asked_whether_to_go_on() {
    let mut home = Home::new();
    let session = Session::start(&home);
    session.join(&mut home);
    let (_serve, number) = asking(&home, &session, "Tidy up");
    session.press_in_notification(&home, "Deny");
    let task = tasks::wait_for_state(&home, number, "failed");
    assert_eq!(task.runs(), 1);
}

#[test]
fn what_was_answered_elsewhere_is_not_answered_again() {
    let mut home = Home::new();
    let session = Session::start(&home);
    session.join(&mut home);
    let (_serve, number) = asking(&home, &session, "Tidy up");
    aegis(&home, &["approvals", "allow", &number.to_string()]).exits(0);
    tasks::wait_until(&home, number, "running again", RUN, |task| {
        task.runs() == 2 && task.state() == "executing"
    });
    session.press_in_notification(&home, "Deny");
    // Whatever comes of the button has come once a later reminder is shown.
    let words = ["--executor", "reminder", "--in", "1s", "--title", "Stretch"];
    tasks::create(&home, &words);
    session.wait_for_notification("Stretch", RUN);
    assert_eq!(tasks::show(&home, number).state(), "executing");
}

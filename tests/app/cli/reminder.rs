//! Reminders without a window.

use crate::harness::home::Home;
use crate::harness::serve::Serve;
use crate::harness::session::Session;
use crate::harness::tasks;

#[test]
fn a_reminder_of_a_served_engine_is_shown_by_the_desktop() {
    let mut home = Home::new();
    let session = Session::start(&home);
    session.join(&mut home);
    let _serve = Serve::start(&home);
    let number =
        tasks::create(&home, &["--executor", "reminder", "--in", "1s", "--title", "Stretch"]);
    let shown = session.wait_for_notification("Stretch", tasks::RUN);
    assert_eq!(shown.app, "Aegis");
    tasks::wait_for_state(&home, number, "completed");
}

#[test]
fn a_reminder_that_nobody_can_show_does_not_fail() {
    let home = Home::new();
    // Neither a bus nor a sound device.
    let _serve = Serve::start(&home);
    let number =
        tasks::create(&home, &["--executor", "reminder", "--in", "1s", "--title", "Stretch"]);
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!(task.column(), "done");
}

#[test]
fn a_reminder_that_came_due_while_nothing_ran_is_shown_late() {
    let mut home = Home::new();
    let session = Session::start(&home);
    session.join(&mut home);
    // Without an engine the command takes the lock for itself and ends.
    let number =
        tasks::create(&home, &["--executor", "reminder", "--in", "1s", "--title", "Stretch"]);
    let due = std::time::Instant::now() + std::time::Duration::from_secs(2);
    crate::harness::poll::until("the instant to pass", tasks::RUN, || {
        (std::time::Instant::now() > due).then_some(())
    });
    assert_eq!(session.notifications(), []);
    let _serve = Serve::start(&home);
    session.wait_for_notification("Stretch", tasks::RUN);
    tasks::wait_for_state(&home, number, "completed");
}

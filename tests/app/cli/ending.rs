//! Ending what does not end by itself.

use std::time::Duration;

use rustix::process::Signal;

use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::program::{aegis, start_aegis};
use crate::harness::serve::Serve;
use crate::harness::tasks;

/// SIGINT, 2 s, SIGTERM, 2 s, SIGKILL; and room for a busy machine.
const ENDED: Duration = Duration::from_secs(15);

#[test]
fn cancelling_ends_every_process_of_the_task() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = "(setsid sleep 600 &) ; trap '' INT TERM; sleep 600 & while :; do sleep 600; done";
    let number = tasks::create_script(&home, script);
    home.wait_for_processes_in("work", |count| count >= 4);
    aegis(&home, &["task", "cancel", &number.to_string()]).exits(0);
    let task =
        tasks::wait_until(&home, number, "cancelled", ENDED, |task| task.state() == "cancelled");
    assert_eq!(task.column(), "failed");
    home.wait_for_processes_in("work", |count| count == 0);
}

#[test]
fn a_task_that_never_ends_meets_its_time_limit() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let work = home.folder("work");
    let number = tasks::create(
        &home,
        &[
            "--executor",
            "shell",
            "--timeout",
            "1",
            "--retries",
            "0",
            "--cwd",
            work.to_str().unwrap(),
            "--",
            "sleep",
            "600",
        ],
    );
    let task = tasks::wait_until(&home, number, "failed", ENDED, |task| task.state() == "failed");
    let (category, message) = task.failure();
    assert_eq!(category, "timeout");
    assert!(message.contains('1'), "the limit is named: {message}");
    home.wait_for_processes_in("work", |count| count == 0);
}

#[test]
fn who_stops_waiting_does_not_stop_the_task() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let words = ["task", "create", "--executor", "shell", "--wait", "--", "sleep", "600"];
    let mut waiting = start_aegis(&home, &words);
    poll::until("the task", tasks::RUN, || (tasks::list(&home) == [1]).then_some(()));
    tasks::wait_for_state(&home, 1, "executing");
    waiting.signal(Signal::INT);
    assert_eq!(waiting.wait(ENDED).code(), Some(130), "{}", waiting.output());
    assert_eq!(tasks::show(&home, 1).state(), "executing");
}

#[test]
fn cancelling_what_is_done_is_refused() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let number = tasks::create_script(&home, "true");
    tasks::wait_for_state(&home, number, "completed");
    aegis(&home, &["task", "cancel", &number.to_string()]).refuses(4, &["completed"]);
}

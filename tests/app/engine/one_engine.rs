//! Only one program at a time works with a data directory.

use rustix::process::Signal;

use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::program::{aegis, start_aegis};
use crate::harness::serve::{STOP, Serve};
use crate::harness::tasks::{self, RUN};

#[test]
fn a_second_engine_is_refused_and_the_first_goes_on() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let pid = serve.process().pid().as_raw_nonzero().to_string();
    aegis(&home, &["serve"]).refuses(5, &["already", &pid]);
    let number = tasks::create_script(&home, "true");
    tasks::wait_for_state(&home, number, "completed");
}

#[test]
fn without_an_engine_a_command_takes_the_lock_for_itself() {
    let home = Home::new();
    let number = tasks::create_script(&home, "echo ran");
    let task = tasks::show(&home, number);
    assert_eq!((task.column(), task.runs()), ("queued", 0), "nothing runs without an engine");
    // The lock is free again.
    let _serve = Serve::start(&home);
    tasks::wait_for_state(&home, number, "completed");
    assert!(tasks::log(&home, number).contains("ran"));
}

#[test]
fn without_an_engine_waiting_runs_the_task_in_the_command() {
    let home = Home::new();
    let words = ["task", "create", "--executor", "shell", "--wait", "--", "sh", "-c", "exit 3"];
    aegis(&home, &words).exits(1);
    aegis(&home, &["task", "create", "--executor", "shell", "--wait", "--", "true"]).exits(0);
    assert_eq!(tasks::list(&home).len(), 2);
}

#[test]
fn commands_at_the_same_time_wait_for_each_other() {
    let home = Home::new();
    let words = ["task", "create", "--executor", "shell", "--manual", "--", "true"];
    let mut commands: Vec<_> = (0..8).map(|_| start_aegis(&home, &words)).collect();
    for command in &mut commands {
        let status = command.wait(RUN);
        assert!(status.success(), "{}", command.output());
    }
    let mut numbers = tasks::list(&home);
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn a_stale_socket_is_no_obstacle() {
    let home = Home::new();
    std::fs::create_dir(home.data()).unwrap();
    let socket = home.data().join("engine.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(socket.exists(), "nobody listens there any more");
    let number = tasks::create_script(&home, "true");
    let serve = Serve::start(&home);
    tasks::wait_for_state(&home, number, "completed");
    // A killed engine leaves one too.
    serve.kill();
    assert_eq!(tasks::list(&home), [number]);
    let _serve = Serve::start(&home);
    assert_eq!(tasks::list(&home), [number]);
}

#[test]
fn only_its_owner_can_reach_the_engine() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let home = Home::new();
    let _serve = Serve::start(&home);
    let socket = home.data().join("engine.sock");
    assert!(socket.metadata().unwrap().file_type().is_socket());
    let mode = home.data().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others can look into {:o}", mode & 0o777);
}

#[test]
fn a_paused_engine_holds_work_back_and_remembers_it() {
    let home = Home::new();
    let serve = Serve::start(&home);
    aegis(&home, &["engine", "pause"]).exits(0);
    let number = tasks::create_script(&home, "true");
    serve.stop(Signal::TERM, STOP);
    let _serve = Serve::start(&home);
    let status = aegis(&home, &["engine", "status", "--json"]).exits(0).json();
    assert_eq!(status["paused"], true);
    assert_eq!(tasks::show(&home, number).column(), "queued");
    aegis(&home, &["engine", "resume"]).exits(0);
    tasks::wait_for_state(&home, number, "completed");
}

#[test]
fn an_engine_stops_when_it_is_told() {
    let home = Home::new();
    let mut serve = Serve::start(&home);
    aegis(&home, &["engine", "stop"]).exits(0);
    let status = poll::until("the engine's end", STOP, || serve.ended());
    assert!(status.success());
}

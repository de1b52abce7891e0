//! Sessions that do not end by themselves leave nothing behind.

use std::time::Duration;

use aegis_domain::{ErrorCategory, Outcome};
use aegis_peers::messages::{Turn, call, text};
use aegis_ports::Signal;
use serde_json::json;

use super::{Desk, prompt};
use crate::engine::{Live, eventually, failure};
use crate::workspace::shell_job;

fn endless() -> Desk {
    Desk::new([
        Turn::of([call("Bash", json!({"command": "(setsid sleep 301 &) ; touch up; sleep 300"}))]),
        Turn::of([text("Done.")]),
    ])
}

/// Waits until a tool of it is at work, with what it left in the background.
async fn at_work(desk: &Desk, run: &Live) {
    let up = desk.home().join("up");
    eventually("the tool at work", || up.exists()).await;
    assert!(run.processes().len() >= 3, "{:?}", run.processes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_ends_it_and_all_that_its_tools_started() {
    let desk = endless();
    let mut run = desk.start(prompt("Wait."));
    at_work(&desk, &run).await;
    run.handle.signal(Signal::Cancel);
    assert_eq!(run.ended().await.outcome, Outcome::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_limit_ends_it_and_all_that_its_tools_started() {
    let desk = endless();
    let mut job = shell_job(prompt("Wait.").into_spec());
    job.timeout = Duration::from_secs(6);
    let mut run = desk.start_job(job);
    at_work(&desk, &run).await;
    assert_eq!(failure(run.ended().await).category, ErrorCategory::Timeout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_of_aegis_interrupts_it() {
    let desk = endless();
    let mut run = desk.start(prompt("Wait."));
    at_work(&desk, &run).await;
    run.handle.signal(Signal::Shutdown);
    assert_eq!(run.ended().await.outcome, Outcome::Interrupted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_was_cut_off() {
    let desk = endless();
    let mut run = desk.start(prompt("Wait."));
    at_work(&desk, &run).await;
    // The session leader is Claude Code itself: the first process of the run.
    let leader = run.processes().into_iter().min().unwrap();
    let pid = rustix::process::Pid::from_raw(leader).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Interrupted, "{failure:?}");
    assert!(failure.message.contains("SIGKILL"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_frozen_and_goes_on() {
    let desk = Desk::new([
        Turn::of([call(
            "Bash",
            json!({"command": "touch up; while [ ! -e go ]; do sleep 0.1; done"}),
        )]),
        Turn::of([text("Done.")]),
    ]);
    let mut run = desk.start(prompt("Wait."));
    let up = desk.home().join("up");
    eventually("the tool at work", || up.exists()).await;
    run.handle.signal(Signal::Freeze);
    let stopped =
        |run: &Live| run.processes().iter().all(|pid| crate::engine::state(*pid) == Some('T'));
    eventually("a stop", || stopped(&run)).await;
    std::fs::write(desk.home().join("go"), "").unwrap();
    run.goes_on(Duration::from_millis(300)).await;
    run.handle.signal(Signal::Go);
    assert!(matches!(run.ended().await.outcome, Outcome::Succeeded { .. }));
}

//! A run can be held, and its clock stands still then.

use std::time::{Duration, Instant};

use aegis_domain::{ErrorCategory, Outcome};
use aegis_ports::Signal;

use crate::engine::{Handle, Live, command, eventually, failure, sh, state};
use crate::workspace::Machine;

const TREE: &str = "(setsid sleep 300 &); sleep 300; exit 0";

/// A shell that has just forked waits, in state D, for its child to become a program. Frozen then,
/// it would never be seen to stop.
async fn all_asleep(run: &Live) {
    run.processes_are(3).await;
    all_in_state(run, 'S').await;
}

async fn all_in_state(run: &Live, letter: char) {
    eventually(&format!("all processes in state {letter}"), || {
        let states: Vec<char> = run.processes().into_iter().filter_map(state).collect();
        !states.is_empty() && states.iter().all(|state| *state == letter)
    })
    .await;
}

#[tokio::test]
async fn a_frozen_run_stands_still_and_goes_on() {
    let mut run = Machine::new().start(sh(TREE));
    all_asleep(&run).await;
    run.handle.signal(Signal::Freeze);
    all_in_state(&run, 'T').await;
    run.handle.signal(Signal::Go);
    all_in_state(&run, 'S').await;
    assert_eq!(run.processes().len(), 3);
    run.handle.signal(Signal::Freeze);
    all_in_state(&run, 'T').await;
    // What is called off needs no thawing before.
    run.handle.signal(Signal::Cancel);
    assert_eq!(run.ended().await.outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn time_that_is_frozen_does_not_count_against_the_limit() {
    let machine = Machine::new();
    let mut run = machine.start_within(Duration::from_secs(1), sh("echo up; exec sleep 300"));
    run.printed("up").await;
    run.handle.signal(Signal::Freeze);
    all_in_state(&run, 'T').await;
    run.goes_on(Duration::from_secs(2)).await;
    run.handle.signal(Signal::Go);
    assert_eq!(failure(run.ended().await).category, ErrorCategory::Timeout);
}

/// The engine may have been told to hold the run before there was one.
#[tokio::test]
async fn a_run_that_is_to_be_held_from_the_start_is() {
    let handle = Handle::new();
    handle.signal(Signal::Freeze);
    let mut run = Machine::new().start_with(command(&["sleep", "300"]), handle);
    all_in_state(&run, 'T').await;
    run.handle.signal(Signal::Shutdown);
    let asked = Instant::now();
    assert_eq!(run.ended().await.outcome, Outcome::Interrupted);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

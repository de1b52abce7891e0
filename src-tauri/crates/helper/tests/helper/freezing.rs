//! A run can be stopped and go on.

use std::time::Duration;

use aegis_helper::{Control, Report, Spec};

use crate::engine::{Exited, Run, eventually, shell, state};

const TREE: &str = "(setsid sleep 300 &); sleep 300; exit 0";

#[test]
fn freezing_stops_every_process_and_continuing_wakes_them() {
    let mut run = Run::shell(TREE);
    run.processes_are(3);
    run.send(&Control::Freeze);
    assert_eq!(run.report(), Report::Frozen);
    let stopped = |run: &Run| run.processes().into_iter().all(|pid| state(pid) == 'T');
    eventually("all processes to stop", || stopped(&run));
    // Asking twice changes nothing.
    run.send(&Control::Freeze);
    assert_eq!(run.report(), Report::Frozen);

    run.send(&Control::Continue);
    assert_eq!(run.report(), Report::Continued);
    eventually("all processes to go on", || {
        run.processes().into_iter().all(|pid| state(pid) == 'S')
    });
    assert_eq!(run.processes().len(), 3);
}

#[test]
fn the_time_limit_does_not_run_while_frozen() {
    let mut run = Run::started(Spec { timeout_ms: Some(1_000), ..shell("exec sleep 300") }).0;
    run.send(&Control::Freeze);
    assert_eq!(run.report(), Report::Frozen);
    run.expect_silence(Duration::from_millis(2_000));
    run.send(&Control::Continue);
    assert_eq!(run.report(), Report::Continued);
    let Exited(Report::Exited { timed_out, signal, .. }) = run.exited() else { panic!("no end") };
    assert_eq!((timed_out, signal), (true, Some(2)));
}

#[test]
fn a_cancel_wakes_what_is_frozen_so_that_it_can_obey() {
    let mut run = Run::shell("trap 'exit 6' INT; echo armed; while :; do sleep 0.01; done");
    run.output_with("armed");
    run.send(&Control::Freeze);
    assert_eq!(run.report(), Report::Frozen);
    run.send(&Control::Cancel);
    let Exited(Report::Exited { code, cancelled, .. }) = run.exited() else { panic!("no end") };
    assert_eq!((code, cancelled), (Some(6), true));
}

#[test]
fn a_frozen_run_can_be_killed() {
    let mut run = Run::shell(TREE);
    run.processes_are(3);
    run.send(&Control::Freeze);
    assert_eq!(run.report(), Report::Frozen);
    run.send(&Control::Kill);
    run.exited();
}

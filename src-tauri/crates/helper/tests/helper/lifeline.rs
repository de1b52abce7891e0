//! The engine's death, the helper's death, and a start that never comes.

use std::time::{Duration, Instant};

use aegis_helper::{Control, ProcessIdentity};
use rustix::process::{Pid, Signal, kill_process};

use crate::engine::{Run, eventually, program, shell};

const STUBBORN_TREE: &str = "trap '' TERM INT HUP
    (setsid sh -c 'trap \"\" TERM INT HUP; sleep 300; exit 0' &)
    sleep 300 & sleep 300
    exit 0";

/// Promise P12, a sample.
#[test]
fn the_engines_death_ends_every_process_at_once() {
    for _ in 0..5 {
        let mut run = Run::shell(STUBBORN_TREE);
        run.processes_are(5);
        let death = Instant::now();
        run.engine_dies();
        eventually("every process to end", || run.processes().is_empty());
        assert!(death.elapsed() < Duration::from_secs(2), "{:?}", death.elapsed());
        assert!(run.helper_ends().success());
    }
}

#[test]
fn the_engines_death_ends_a_frozen_run() {
    let mut run = Run::shell(STUBBORN_TREE);
    run.processes_are(5);
    run.send(&Control::Freeze);
    run.report();
    run.engine_dies();
    run.helper_ends();
    run.expect_no_process();
}

#[test]
fn the_engines_death_cuts_a_cancel_short() {
    let mut run = Run::started(aegis_helper::Spec { grace_ms: 60_000, ..shell(STUBBORN_TREE) }).0;
    run.processes_are(5);
    run.send(&Control::Cancel);
    run.expect_silence(Duration::from_millis(100));
    run.engine_dies();
    run.helper_ends();
    run.expect_no_process();
}

#[test]
fn the_helpers_death_ends_the_child() {
    let (mut run, child) = Run::started(shell("trap '' TERM; sleep 300; exit 0"));
    assert!(child.is_alive());
    run.helper.kill().unwrap();
    eventually("the child to end", || !child.is_alive());
    // Its own children have no subreaper any more: this is what the engine's recovery is for.
    for pid in run.processes() {
        ProcessIdentity::of(pid).unwrap().kill_tree(Duration::from_secs(5)).unwrap();
    }
    assert!(!run.helper_ends().success());
}

#[test]
fn signals_to_the_helper_do_not_end_the_supervision() {
    let (mut run, child) = Run::started(shell("exec sleep 300"));
    let helper = Pid::from_raw(run.helper_pid()).unwrap();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT, Signal::USR1] {
        kill_process(helper, signal).unwrap();
    }
    run.expect_silence(Duration::from_millis(200));
    assert!(child.is_alive());
    run.send(&Control::Kill);
    run.exited();
}

#[test]
fn without_go_nothing_starts() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("started");
    let mut run = Run::ready();
    let spec = run.marked(program("touch", &[file.to_str().unwrap()]));
    run.send(&Control::Start(spec));
    run.expect_silence(Duration::from_millis(200));
    run.expect_no_process();
    run.engine_dies();
    assert!(run.helper_ends().success());
    assert!(!file.exists());
}

#[test]
fn a_cancel_before_go_just_ends_the_helper() {
    for control in [Control::Cancel, Control::Kill] {
        let mut run = Run::ready();
        let spec = run.marked(program("true", &[]));
        run.send(&Control::Start(spec));
        run.send(&control);
        assert_eq!(run.next_report(), None);
        assert!(run.helper_ends().success());
    }
}

//! A run ends as a whole: by itself, by request, by its time limit.

use std::time::{Duration, Instant};

use aegis_helper::{Control, Escalation, Report, Spec};
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::engine::{Exited, Run, eventually, shell};

/// Two shells that ignore every request to end; one has left the session and its parent. Four
/// processes, with what they wait for.
const STUBBORN: &str = "trap '' TERM INT
    (setsid sh -c 'trap \"\" TERM INT; sleep 300; exit 0' &)
    sleep 300
    exit 0";

struct End {
    code: Option<i32>,
    signal: Option<i32>,
    timed_out: bool,
    cancelled: bool,
    swept: u32,
    escalated_to: Option<Escalation>,
}

fn end(run: &mut Run) -> End {
    match run.exited() {
        Exited(Report::Exited {
            code, signal, timed_out, cancelled, swept, escalated_to, ..
        }) => End { code, signal, timed_out, cancelled, swept, escalated_to },
        Exited(other) => panic!("not an end: {other:?}"),
    }
}

#[test]
fn a_cancelled_child_may_clean_up_and_end_by_itself() {
    let mut run =
        Run::shell("trap 'echo cleaned; exit 3' INT; echo armed; while :; do sleep 0.01; done");
    run.output_with("armed");
    run.send(&Control::Cancel);
    let end = end(&mut run);
    assert_eq!((end.code, end.cancelled, end.timed_out), (Some(3), true, false));
    assert_eq!(end.escalated_to, Some(Escalation::Interrupt));
    assert!(run.output().contains("cleaned"));
}

#[test]
fn what_cleans_up_is_not_interrupted_by_the_same_request() {
    let mut run = Run::shell(
        "trap 'sleep 0.1 && echo cleaned; exit 3' INT; echo armed; while :; do sleep 0.01; done",
    );
    run.output_with("armed");
    run.send(&Control::Cancel);
    assert_eq!(end(&mut run).code, Some(3));
    assert!(run.output().contains("cleaned"));
}

#[test]
fn a_child_that_ignores_the_first_request_gets_the_second() {
    let script = "trap '' INT; trap 'exit 4' TERM; echo armed; while :; do sleep 0.01; done";
    let mut run = Run::started(Spec { grace_ms: 1_000, ..shell(script) }).0;
    run.output_with("armed");
    run.send(&Control::Cancel);
    let end = end(&mut run);
    assert_eq!((end.code, end.escalated_to), (Some(4), Some(Escalation::Terminate)));
}

#[test]
fn the_grace_periods_are_two_seconds_unless_said_otherwise() {
    let grace = u64::try_from(Spec::DEFAULT_GRACE.as_millis()).unwrap();
    let mut run = Run::started(Spec { grace_ms: grace, ..shell(STUBBORN) }).0;
    run.processes_are(4);
    let start = Instant::now();
    run.send(&Control::Cancel);
    assert_eq!(end(&mut run).escalated_to, Some(Escalation::Kill));
    let took = start.elapsed();
    assert!(took >= Duration::from_secs(4), "{took:?}");
    assert!(took < Duration::from_secs(8), "{took:?}");
}

/// Promise P11, a sample.
#[test]
fn nothing_survives_a_cancel() {
    for _ in 0..10 {
        let mut run = Run::started(Spec { grace_ms: 50, ..shell(STUBBORN) }).0;
        run.processes_are(4);
        run.send(&Control::Cancel);
        let end = end(&mut run);
        assert_eq!((end.signal, end.cancelled), (Some(9), true));
        assert_eq!(end.escalated_to, Some(Escalation::Kill));
    }
}

/// What P11 defends against does happen without the helper.
#[test]
fn killing_the_childs_process_group_alone_leaves_what_detached_itself() {
    let (mut run, child) = Run::started(Spec { grace_ms: 50, ..shell(STUBBORN) });
    run.processes_are(4);
    let helper = Pid::from_raw(run.helper_pid()).unwrap();
    kill_process(helper, Signal::STOP).unwrap();
    kill_process_group(Pid::from_raw(child.pid).unwrap(), Signal::KILL).unwrap();
    run.processes_are(2);
    kill_process(helper, Signal::CONT).unwrap();
    let end = end(&mut run);
    assert_eq!((end.signal, end.cancelled), (Some(9), false));
    assert_eq!((end.swept, end.escalated_to), (2, Some(Escalation::Kill)));
}

#[test]
fn kill_asks_nobody() {
    let mut run = Run::started(Spec { grace_ms: 60_000, ..shell(STUBBORN) }).0;
    run.processes_are(4);
    run.send(&Control::Kill);
    let end = end(&mut run);
    assert_eq!((end.signal, end.cancelled), (Some(9), true));
    assert_eq!(end.escalated_to, Some(Escalation::Kill));
}

#[test]
fn kill_does_not_wait_for_a_cancel_that_takes_its_time() {
    let mut run = Run::started(Spec { grace_ms: 60_000, ..shell(STUBBORN) }).0;
    run.processes_are(4);
    run.send(&Control::Cancel);
    run.expect_silence(Duration::from_millis(100));
    run.send(&Control::Kill);
    assert_eq!(end(&mut run).escalated_to, Some(Escalation::Kill));
}

#[test]
fn the_time_limit_ends_the_whole_tree() {
    let start = Instant::now();
    let spec = Spec { timeout_ms: Some(1_500), grace_ms: 100, ..shell(STUBBORN) };
    let mut run = Run::started(spec).0;
    run.processes_are(4);
    let end = end(&mut run);
    assert!(start.elapsed() >= Duration::from_millis(1_700), "limit and two grace periods");
    assert_eq!((end.signal, end.timed_out, end.cancelled), (Some(9), true, false));
}

#[test]
fn a_time_limit_that_is_not_reached_changes_nothing() {
    let mut run = Run::started(Spec { timeout_ms: Some(60_000), ..shell("exit 0") }).0;
    let end = end(&mut run);
    assert_eq!((end.code, end.timed_out, end.escalated_to), (Some(0), false, None));
}

#[rstest]
#[case::obedient("sleep 300 & exit 5", 1, Escalation::Terminate)]
#[case::detached("(setsid sleep 300 &); exit 5", 1, Escalation::Terminate)]
#[case::stubborn("trap '' TERM; sleep 300 & exit 5", 1, Escalation::Kill)]
fn what_outlives_the_child_is_swept_and_counted(
    #[case] script: &str,
    #[case] swept: u32,
    #[case] needed: Escalation,
) {
    let mut run = Run::started(Spec { grace_ms: 500, ..shell(script) }).0;
    let end = end(&mut run);
    assert_eq!((end.code, end.cancelled, end.timed_out), (Some(5), false, false));
    assert_eq!((end.swept, end.escalated_to), (swept, Some(needed)));
}

#[test]
fn what_ends_just_after_the_child_is_left_to_end() {
    let mut run = Run::shell("(sleep 0.02; echo last line) & exit 0");
    let end = end(&mut run);
    assert_eq!((end.swept, end.escalated_to), (0, None));
    assert_eq!(run.output(), "last line\n");
}

#[test]
fn orphans_are_reaped_while_the_child_runs() {
    let mut run =
        Run::shell("for i in 1 2 3 4 5; do (sh -c 'exit 0' &); done; echo done; exec sleep 300");
    run.output_with("done");
    let children = format!("/proc/{0}/task/{0}/children", run.helper_pid());
    eventually("the orphans to be reaped", || {
        std::fs::read_to_string(&children).unwrap().split_whitespace().count() == 1
    });
    run.send(&Control::Kill);
    run.exited();
}

#[test]
fn a_tree_that_keeps_growing_is_killed() {
    let mut run = Run::shell(
        "grow() { while :; do sh -c 'sleep 0.2' & sleep 0.01; done; }; grow & grow & grow & wait",
    );
    eventually("the tree to grow", || run.processes().len() > 10);
    run.send(&Control::Kill);
    assert_eq!(end(&mut run).signal, Some(9));
}

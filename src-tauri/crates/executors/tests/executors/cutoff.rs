//! Runs that do not end by themselves: called off, out of time, or bereft of their helper.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aegis_domain::{ErrorCategory, Outcome};
use aegis_executors::{HelperPath, ShellExecutor};
use aegis_helper::Process;
use aegis_ports::{Ended, LogStream, Signal};
use rustix::process::{Pid, Signal as Kill, getpgid};
use tokio::sync::watch;

use crate::engine::{Handle, LIMIT, Live, command, eventually, failure, helper, sh, text};
use crate::workspace::{HomeOnly, Machine, base_env, shell_job};
use aegis_doubles::WallClock;

/// Five processes that obey no signal which can be disobeyed; two of them have left the session.
const STUBBORN: &str = "trap '' TERM INT HUP
    (setsid sh -c 'trap \"\" TERM INT HUP; sleep 300; exit 0' &)
    sleep 300 &
    echo up
    sleep 300
    exit 0";

const OBEDIENT: &str = "trap 'echo bye; exit 7' INT; echo up; while :; do sleep 0.01; done";

#[tokio::test]
async fn a_cancel_is_polite_first() {
    let mut run = Machine::new().start(sh(OBEDIENT));
    run.printed("up").await;
    run.handle.signal(Signal::Cancel);
    let expected = Ended { exit_code: Some(7), ..Outcome::Cancelled.into() };
    assert_eq!(run.ended().await, expected);
    assert_eq!(run.handle.log().text(LogStream::Stdout), "up\nbye\n");
    assert_eq!(run.handle.log().notes(), "");
}

#[tokio::test]
async fn a_cancel_ends_the_whole_tree() {
    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    run.handle.signal(Signal::Cancel);
    assert_eq!(run.ended().await.outcome, Outcome::Cancelled);
    let notes = run.handle.log().notes();
    assert!(notes.contains("It did not end when it was asked to, and was killed.\n"), "{notes}");
}

#[tokio::test]
async fn the_time_limit_ends_the_whole_tree() {
    let machine = Machine::new();
    let mut run = machine.start_within(Duration::from_secs(2), sh(STUBBORN));
    run.processes_are(5).await;
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Timeout);
    let message = "It was ended because it ran longer than its limit of 2 seconds.";
    assert_eq!(failure.message, message);
}

#[tokio::test]
async fn a_shutdown_is_polite_but_quick() {
    let mut run = Machine::new().start(sh(OBEDIENT));
    run.printed("up").await;
    run.handle.signal(Signal::Shutdown);
    let expected = Ended { exit_code: Some(7), ..Outcome::Interrupted.into() };
    assert_eq!(run.ended().await, expected);

    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    let asked = Instant::now();
    run.handle.signal(Signal::Shutdown);
    assert_eq!(run.ended().await.outcome, Outcome::Interrupted);
    // The two graces of a cancelled run alone are 4 seconds.
    assert!(asked.elapsed() < Duration::from_millis(3_900), "{:?}", asked.elapsed());
}

/// Somebody who no longer wants a run does not get it back as "cut off" because Aegis stops too.
#[tokio::test]
async fn a_shutdown_hurries_a_cancel_along() {
    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    let asked = Instant::now();
    run.handle.signal(Signal::Cancel);
    run.goes_on(Duration::from_millis(200)).await;
    run.handle.signal(Signal::Shutdown);
    assert_eq!(run.ended().await.outcome, Outcome::Cancelled);
    assert!(asked.elapsed() < Duration::from_millis(3_900), "{:?}", asked.elapsed());
}

/// Whichever comes first counts: a command that has done its work is not called off any more.
#[tokio::test]
async fn a_cancel_that_comes_too_late_changes_nothing() {
    let machine = Machine::new();
    for _ in 0..20 {
        let mut run = machine.start(sh("echo up"));
        run.printed("up").await;
        run.handle.signal(Signal::Cancel);
        let ended = run.ended().await;
        match ended.outcome {
            Outcome::Succeeded { .. } => assert_eq!(ended.exit_code, Some(0)),
            outcome => assert_eq!(outcome, Outcome::Cancelled),
        }
    }
}

/// Closes every descriptor that it has, and goes on below a parent that has ended.
const SILENT: &str = "exec 0<&- 1>&- 2>&-
    (setsid sh -c 'trap \"\" TERM INT HUP; (sleep 300; exit 0) & sleep 300; exit 0' &)
    sleep 300
    exit 0";

#[tokio::test]
async fn a_program_that_closes_its_descriptors_has_not_ended() {
    let mut run = Machine::new().start(sh(SILENT));
    run.processes_are(6).await;
    run.goes_on(Duration::from_millis(300)).await;
    run.handle.signal(Signal::Cancel);
    assert_eq!(run.ended().await.outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn what_goes_on_in_silence_after_its_parent_is_ended_with_it() {
    let script = "exec 0<&- 1>&- 2>&-
        (setsid sh -c 'trap \"\" TERM INT HUP; (setsid sleep 300 &) ; sleep 300; exit 0' &)
        sleep 0.3";
    let mut run = Machine::new().start(sh(script));
    assert_eq!(run.ended().await.exit_code, Some(0));
}

/// A run whose start is not on record must have had no effect.
#[tokio::test]
async fn a_run_that_is_not_the_current_one_never_starts() {
    let machine = Machine::new();
    let mut run = machine.start_with(command(&["touch", "here"]), Handle::stale());
    assert_eq!(run.ended().await.outcome, Outcome::AgentLost);
    assert_eq!(run.handle.started().len(), 1);
    assert!(!machine.home().join("here").exists());
}

#[tokio::test]
async fn nothing_starts_before_its_start_is_on_record() {
    let machine = Machine::new();
    let file = machine.home().join("here");
    let seen = Arc::new(Mutex::new(None));
    let (sees, looks_for) = (Arc::clone(&seen), file.clone());
    let handle = Handle::new().on_started(move |process| {
        let supervisor = fs::read_link(format!("/proc/{}/exe", process.unwrap().pid)).unwrap();
        // Long enough for a program that had been started to have done its work.
        std::thread::sleep(Duration::from_millis(300));
        *sees.lock().unwrap() = Some((supervisor, looks_for.exists()));
    });
    let mut run = machine.start_with(command(&["touch", "here"]), handle);
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert!(file.exists());
    let helper = fs::canonicalize(helper().as_path()).unwrap();
    assert_eq!(seen.lock().unwrap().take(), Some((helper, false)));
}

#[tokio::test]
async fn what_is_called_off_before_it_started_does_not_start() {
    let machine = Machine::new();
    for (signal, outcome, starts) in
        [(Signal::Cancel, Outcome::Cancelled, 1), (Signal::Shutdown, Outcome::AgentLost, 0)]
    {
        let handle = Handle::new();
        handle.signal(signal);
        let mut run = machine.start_with(command(&["touch", "here"]), handle);
        assert_eq!(run.ended().await.outcome, outcome);
        assert_eq!(run.handle.started().len(), starts);
        assert!(!machine.home().join("here").exists());
    }
}

#[tokio::test]
async fn the_helper_on_record_is_above_every_process() {
    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    let helper = run.helper();
    let below: Vec<i32> = aegis_helper::tree::descendants(helper.pid)
        .unwrap()
        .iter()
        .map(|process| process.pid)
        .collect();
    assert!(run.processes().iter().all(|pid| below.contains(pid)), "{below:?}");
    run.handle.signal(Signal::Shutdown);
    run.ended().await;
}

/// Whoever kills Aegis by its process group must not kill those who clean up after it.
#[tokio::test]
async fn the_helper_is_in_no_group_of_ours() {
    let mut run = Machine::new().start(command(&["sleep", "300"]));
    run.processes_are(1).await;
    let helper = Pid::from_raw(run.helper().pid).unwrap();
    assert_eq!(getpgid(Some(helper)), Ok(helper));
    run.handle.signal(Signal::Cancel);
    run.ended().await;
}

#[tokio::test]
async fn the_helpers_death_leaves_no_process_behind() {
    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    let supervisor = Process::read(run.helper().pid).unwrap();
    assert!(supervisor.signal(Kill::KILL).unwrap());
    // Four of the five do not die with the helper: only their mark is left to find them by.
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Internal);
    let message = "The helper of this run (aegis-helper) died without an account of it (signal: 9 \
                   (SIGKILL)); what was left of the run was ended.";
    assert_eq!(failure.message, message);
    assert_eq!(run.handle.log().text(LogStream::Stdout), "up\n");
}

/// A helper that is stopped obeys nobody, not even a cancel.
#[tokio::test]
async fn a_helper_that_hangs_is_ended_with_everything_below_it() {
    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    let supervisor = Process::read(run.helper().pid).unwrap();
    assert!(supervisor.signal(Kill::STOP).unwrap());
    run.handle.signal(Signal::Cancel);
    run.goes_on(Duration::from_millis(200)).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(25)).await;
    tokio::time::resume();
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Internal);
    assert!(failure.message.contains("did not answer any more"), "{}", failure.message);
}

/// Dropping the future is all that is left when a runtime is torn down.
#[tokio::test]
async fn a_run_that_is_dropped_leaves_no_process_behind() {
    let mut run = Machine::new().start(sh(STUBBORN));
    run.processes_are(5).await;
    let helper = run.helper();
    run.dropped().await;
    run.processes_are(0).await;
    eventually("the helper to be reaped", || Process::read(helper.pid).is_err()).await;
}

#[tokio::test]
async fn a_helper_that_has_vanished_is_named() {
    let machine = Machine::new();
    let copy = machine.path("aegis-helper");
    fs::copy(helper().as_path(), &copy).unwrap();
    let executor = ShellExecutor::new(
        HelperPath::at(&copy).unwrap(),
        base_env(),
        Arc::new(HomeOnly(machine.home())),
        machine.sandboxes(),
        Arc::new(WallClock),
        watch::channel(LIMIT).1,
    );
    fs::remove_file(&copy).unwrap();
    let job = shell_job(command(&["true"]).into_spec());
    let mut run = Live::start(Arc::new(executor), job, Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Internal);
    let expected = format!("{} is not aegis-helper: ", text(copy));
    assert!(failure.message.starts_with(&expected), "{}", failure.message);
    assert_eq!(run.handle.started(), [None]);
}

#[tokio::test]
async fn another_program_in_the_helpers_place_fails_the_run() {
    let machine = Machine::new();
    let executor = ShellExecutor::new(
        HelperPath::at("/bin/true").unwrap(),
        base_env(),
        Arc::new(HomeOnly(machine.home())),
        machine.sandboxes(),
        Arc::new(WallClock),
        watch::channel(LIMIT).1,
    );
    let job = shell_job(command(&["true"]).into_spec());
    let mut run = Live::start(Arc::new(executor), job, Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Internal);
    assert!(failure.message.contains("died without an account of it (exit status: 0)"));
}

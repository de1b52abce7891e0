//! What the engine does with what a crash left behind.

use std::time::Duration;

use aegis_helper::{ProcessIdentity, TreeKilled};

use crate::engine::{LIMIT, Run, eventually, shell};

const TREE: &str = "(setsid sleep 300 &); sleep 300; exit 0";

#[test]
fn a_process_that_is_not_the_one_that_is_meant_is_never_signalled() {
    let (run, child) = Run::started(shell("exec sleep 300"));
    let strangers = [
        ProcessIdentity { start_time: child.start_time + 1, ..child.clone() },
        ProcessIdentity { start_time: child.start_time - 1, ..child.clone() },
        ProcessIdentity { boot_id: "00000000-0000-0000-0000-000000000000".into(), ..child.clone() },
    ];
    for stranger in strangers {
        assert!(!stranger.is_alive());
        assert_eq!(stranger.kill_tree(LIMIT).unwrap(), TreeKilled::default());
    }
    assert!(child.is_alive());
    // While the shell becomes the program, its environment cannot be read for a moment.
    eventually("the child alone to be there", || run.processes() == [child.pid]);

    // The same call with the right identity does end it.
    assert_eq!(child.kill_tree(LIMIT).unwrap(), TreeKilled { killed: 1, survivors: 0 });
    assert!(!child.is_alive());
}

#[test]
fn the_helpers_identity_reaches_every_process_of_its_run() {
    let mut run = Run::shell(TREE);
    run.processes_are(3);
    let helper = ProcessIdentity::of(run.helper_pid()).unwrap();
    assert_eq!(helper.kill_tree(LIMIT).unwrap(), TreeKilled { killed: 4, survivors: 0 });
    run.expect_no_process();
    assert!(!run.helper_ends().success());
    assert_eq!(helper.kill_tree(LIMIT).unwrap(), TreeKilled::default());
}

#[test]
fn a_process_that_has_ended_is_not_alive_before_it_is_reaped() {
    let mut run = Run::ready();
    let helper = ProcessIdentity::of(run.helper_pid()).unwrap();
    assert!(helper.is_alive());
    run.engine_dies();
    // The test is its parent and has not waited for it yet.
    eventually("the helper to end", || !helper.is_alive());
    assert_eq!(helper.kill_tree(Duration::ZERO).unwrap(), TreeKilled::default());
}

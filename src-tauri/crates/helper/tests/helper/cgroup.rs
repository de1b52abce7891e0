//! Runs in control groups of version 2, where this machine lets one be made.

use std::fs;
use std::path::{Path, PathBuf};
#[allow(clippy::disallowed_types, reason = "what is put into a group is a child of the test")]
use std::process::Command;

use aegis_helper::cgroup::Base;
use aegis_helper::remains::{self, Orphan, RUN_VARIABLE};
use aegis_helper::{Control, Limits, Mechanism, ProcessIdentity};
use rstest::rstest;

use crate::engine::{Run, eventually};
use crate::sandbox::Place;

/// Where groups can be made; `None`, and a word about it, where none can.
fn base() -> Option<Base> {
    match Base::detect() {
        Ok(base) => Some(base),
        Err(why) => {
            println!("not tried, because {why}");
            None
        }
    }
}

fn id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap().trim().to_owned()
}

fn members(group: &Path) -> Vec<i32> {
    let all = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    all.lines().filter_map(|line| line.parse().ok()).collect()
}

/// A run in a sandbox, with two processes of which one has detached itself; and its group.
fn in_a_group(base: &Base, mechanism: Mechanism, id: &str) -> (Place, Run, PathBuf) {
    let place = Place::new();
    let mut spec = place.spec("(setsid sleep 300 &); echo here; exec sleep 300", |sandbox| {
        sandbox.mechanisms = vec![mechanism];
    });
    spec.env.push((RUN_VARIABLE.to_owned(), id.to_owned()));
    let mut run = Run::started(spec).0;
    run.output_with("here");
    run.processes_are(2);
    (place, run, base.place(id).unwrap())
}

#[rstest]
fn a_run_in_a_sandbox_has_a_group_which_goes_with_it(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let Some(base) = base() else { return };
    let (_place, mut run, group) = in_a_group(&base, mechanism, &id());
    let inside = members(&group);
    for pid in run.processes() {
        assert!(inside.contains(&pid), "{pid} is not in {inside:?}");
    }
    assert!(!inside.contains(&run.helper_pid()), "what supervises it is outside");
    run.send(&Control::Kill);
    run.exited();
    run.expect_no_process();
    run.helper_ends();
    assert!(!group.exists(), "the group is left behind");
}

#[test]
fn one_word_kills_all_of_a_group_and_nothing_else() {
    let Some(base) = base() else { return };
    let name = id();
    let group = base.make(&name, &Limits::default()).unwrap();
    let dir = base.place(&name).unwrap();
    let script = "echo $$ > \"$0/cgroup.procs\"; for n in 1 2 3; do setsid sleep 300 & done; wait";
    #[allow(clippy::disallowed_types, reason = "what is put into a group is a child of the test")]
    let mut inside = Command::new("sh").args(["-c", script]).arg(&dir).spawn().unwrap();
    eventually("four processes in the group", || members(&dir).len() == 4);
    let all: Vec<ProcessIdentity> =
        members(&dir).into_iter().map(|pid| ProcessIdentity::of(pid).unwrap()).collect();
    assert!(group.is_populated() && all.iter().all(ProcessIdentity::is_alive));
    group.kill().unwrap();
    inside.wait().unwrap();
    eventually("the group to be empty", || !group.is_populated());
    assert!(!all.iter().any(ProcessIdentity::is_alive));
    drop(group);
    assert!(!dir.exists());
}

/// A helper that was killed leaves an empty group, which goes when one looks for what is left.
#[rstest]
fn what_a_killed_helper_leaves_is_cleared(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let Some(base) = base() else { return };
    let name = id();
    let (_place, mut run, group) = in_a_group(&base, mechanism, &name);
    assert!(group.exists());
    let helper = ProcessIdentity::of(run.helper_pid()).unwrap();
    // The helper alone, as a crash would have it.
    run.helper.kill().unwrap();
    run.helper_ends();
    let orphan = Orphan { run: name, known: vec![helper] };
    let killed = remains::end(&[orphan]);
    println!("{killed} processes were left");
    run.expect_no_process();
    assert!(!group.exists());
}

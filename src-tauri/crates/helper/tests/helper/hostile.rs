//! P11: programs that do what they can to outlive a cancel.

use std::path::Path;

use aegis_helper::{Control, Process, Report, Spec};
use rustix::process::{Pid, Signal, kill_process};

use crate::engine::{Exited, Run, eventually, shell};

/// A tree that does not want to end.
struct Tree {
    name: &'static str,
    script: &'static str,
    /// Processes that are there once it has grown, at least.
    grown: usize,
}

const TREES: [Tree; 7] = [
    Tree {
        name: "ignores every signal that can be ignored, in a session of its own too",
        script: "trap '' TERM INT HUP QUIT USR1 USR2
            (setsid sh -c 'trap \"\" TERM INT HUP QUIT; sleep 300; exit 0' &)
            sleep 300
            exit 0",
        grown: 4,
    },
    Tree {
        name: "leaves its parent twice, its session and its environment",
        script: "trap '' TERM INT HUP
            (env -i setsid sh -c '(env -i setsid sh -c \"trap : TERM INT HUP
                while :; do sleep 300; done\" &)' &)
            while :; do sleep 300; done",
        grown: 4,
    },
    Tree {
        name: "starts another when it is asked to end",
        script: "again() { trap 'n=$((n + 1)); [ $n -lt 50 ] && (again &)' TERM INT HUP
                while :; do sleep 0.05; done; }
            n=0; again & again & wait; while :; do sleep 0.05; done",
        grown: 5,
    },
    Tree {
        name: "forks without end, up to 127 at once",
        script: "trap '' TERM INT HUP
            fork() { if [ $1 -gt 0 ]; then fork $(($1 - 1)) & fork $(($1 - 1)) & fi
                while :; do sleep 0.2; done; }
            fork 5",
        grown: 20,
    },
    Tree {
        name: "runs away: each process lives only until it has started the next",
        script: "trap '' TERM INT HUP
            run() { [ $1 -gt 0 ] && (run $(($1 - 1)) &); }
            run 900 & run 900 & sleep 300; exit 0",
        grown: 3,
    },
    Tree {
        name: "has stopped itself",
        script: "trap '' TERM INT HUP
            (sh -c 'trap \"\" TERM INT HUP; kill -STOP $$; sleep 300' &)
            kill -STOP $$
            sleep 300",
        grown: 2,
    },
    Tree {
        name: "prints without end and reads nothing",
        script: "trap '' TERM INT HUP PIPE; yes & (setsid yes &); sleep 300; exit 0",
        grown: 4,
    },
];

/// Living processes that work in a folder: what cleared its environment can be found by that.
fn alive_in(folder: &Path) -> Vec<i32> {
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &i32| {
        std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == folder)
            && Process::read(*pid).is_ok_and(|process| !process.ended)
    })
    .collect()
}

/// Grows the tree, cancels it, and says what is left.
fn cancelled(tree: &Tree) -> Vec<i32> {
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path().canonicalize().unwrap();
    let spec = Spec { grace_ms: 20, cwd: cwd.clone(), ..shell(tree.script) };
    let mut run = Run::started(spec).0;
    eventually(tree.name, || alive_in(&cwd).len() >= tree.grown);
    run.send(&Control::Cancel);
    let Exited(report) = run.exited();
    assert!(matches!(report, Report::Exited { cancelled: true, .. }), "{}: {report:?}", tree.name);
    alive_in(&cwd)
}

/// Two of each; 504 in all with `AEGIS_PROMISES=full`.
#[test]
fn nothing_survives_five_hundred_cancels() {
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let rounds = if full { 72 } else { 2 };
    for _ in 0..rounds {
        for tree in &TREES {
            assert_eq!(cancelled(tree), [0; 0], "a survivor of what {}", tree.name);
        }
    }
    let cancels = rounds * TREES.len();
    println!("promise P11 {cancels} cancels of {} hostile trees: 0 survivors", TREES.len());
}

/// The control: each of them outlives its own end when only the program itself is killed.
#[test]
fn killing_the_program_alone_leaves_the_tree() {
    for tree in &TREES {
        let folder = tempfile::tempdir().unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        let spec = Spec { grace_ms: 20, cwd: cwd.clone(), ..shell(tree.script) };
        let (mut run, child) = Run::started(spec);
        eventually(tree.name, || alive_in(&cwd).len() >= tree.grown);
        let helper = Pid::from_raw(run.helper_pid()).unwrap();
        kill_process(helper, Signal::STOP).unwrap();
        kill_process(Pid::from_raw(child.pid).unwrap(), Signal::KILL).unwrap();
        eventually("the program's end", || !child.is_alive());
        assert_ne!(alive_in(&cwd), [0; 0], "nothing is left of what {}", tree.name);
        kill_process(helper, Signal::CONT).unwrap();
        run.exited();
        assert_eq!(alive_in(&cwd), [0; 0]);
    }
}

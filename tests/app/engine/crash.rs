//! The engine is killed: what was acknowledged is there, what ran is ended and runs again.

use std::collections::{BTreeSet, HashSet};

use rustix::process::{Signal, kill_process};

use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::process::{Process, children_of};
use crate::harness::program::{aegis, start_aegis};
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

#[test]
fn what_ran_is_ended_at_once_and_runs_again_after_the_start() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let number = tasks::create_script(&home, "echo attempt; (setsid sleep 600 &); sleep 600");
    home.wait_for_processes_in("work", |count| count >= 3);
    let before: HashSet<_> = home.processes_in("work").into_iter().collect();
    serve.kill();
    home.wait_for_processes_in("work", |count| count == 0);

    let _serve = Serve::start(&home);
    let task = tasks::wait_until(&home, number, "running again", RUN, |task| {
        task.runs() == 2 && task.state() == "executing"
    });
    assert_eq!(task.last_reason(), "interrupted");
    assert_eq!(task.occurrences(), 1, "it is the same piece of work");
    home.wait_for_processes_in("work", |count| count >= 3);
    let after: HashSet<_> = home.processes_in("work").into_iter().collect();
    assert!(before.is_disjoint(&after), "an orphan lives");
    aegis(&home, &["task", "cancel", &number.to_string()]).exits(0);
    tasks::wait_for_state(&home, number, "cancelled");
}

#[test]
fn an_orphan_that_lost_its_helper_too_is_ended_by_the_next_start() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let number = tasks::create_script(&home, "sleep 600 & wait");
    home.wait_for_processes_in("work", |count| count >= 2);
    // The engine is held still, so that it cannot answer the end of its helper.
    serve.process().signal(Signal::STOP);
    for helper in children_of(serve.process().pid()) {
        kill_process(helper, Signal::KILL).unwrap();
    }
    serve.kill();
    let orphans = home.processes_in("work");
    assert_ne!(orphans, [], "somebody else ended it");

    let _serve = Serve::start(&home);
    poll::until("the orphan's end", RUN, || {
        let gone = orphans.iter().all(|orphan| !home.processes_in("work").contains(orphan));
        gone.then_some(())
    });
    let task = tasks::wait_until(&home, number, "running again", RUN, |task| {
        task.runs() == 2 && task.state() == "executing"
    });
    assert_eq!(task.last_reason(), "interrupted");
}

#[test]
fn what_keeps_being_cut_off_is_given_up() {
    let home = Home::new();
    let number = tasks::create_script(&home, "sleep 600");
    for runs in 1..=3 {
        let serve = Serve::start(&home);
        tasks::wait_until(&home, number, "executing", RUN, |task| {
            task.runs() == runs && task.state() == "executing"
        });
        serve.kill();
    }
    let _serve = Serve::start(&home);
    let task = tasks::wait_for_state(&home, number, "failed");
    assert_eq!(task.failure().0, "crash_loop");
}

#[test]
fn every_acknowledged_task_survives_a_kill() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let create = "while \"$0\" task create --executor shell --manual --title kept --json -- true; do :; done";
    let program = crate::harness::program::path("aegis");
    let mut command = home.command(std::path::Path::new("sh"));
    command.args(["-c", create]).arg(program);
    let mut client = Process::start(command, &home.output("acknowledged"));
    poll::until("some tasks", RUN, || {
        (client.output().matches("\"number\"").count() >= 10).then_some(())
    });
    serve.kill();
    // Its loop ends with the first refusal, or goes on with the lock for itself: both are fine.
    drop(std::mem::replace(&mut client, start_aegis(&home, &["--version"])));
    let _serve = Serve::start(&home);
    let listed: BTreeSet<_> = tasks::list(&home).into_iter().collect();
    let highest = listed.len() as u64;
    assert!(highest >= 10, "{listed:?}");
    assert_eq!(listed, (1..=highest).collect(), "a number is missing");
}

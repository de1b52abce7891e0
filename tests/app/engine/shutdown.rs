//! An engine that is asked to end does so soon, and takes its children with it.

use rustix::process::Signal;

use crate::harness::home::Home;
use crate::harness::serve::{STOP, Serve};
use crate::harness::tasks::{self, RUN};

#[test]
fn children_are_ended_and_their_work_goes_on_after_the_next_start() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::new();
        let serve = Serve::start(&home);
        let numbers: Vec<u64> = (0..3)
            .map(|_| {
                tasks::create_script(&home, "trap '' INT TERM; echo begun; sleep 600; sleep 600")
            })
            .collect();
        for number in &numbers {
            tasks::wait_for_state(&home, *number, "executing");
        }
        home.wait_for_processes_in("work", |count| count >= 6);
        let (status, output) = serve.stop(signal, STOP);
        assert!(status.success(), "{signal:?}: {status:?}: {output}");
        assert_eq!(home.processes_in("work"), [], "{signal:?} left children behind");
        assert!(!home.data().join("engine.sock").exists(), "it leaves no socket behind");

        let _serve = Serve::start(&home);
        for number in &numbers {
            let task = tasks::wait_until(&home, *number, "running again", RUN, |task| {
                task.runs() == 2 && task.state() == "executing"
            });
            assert_eq!(task.last_reason(), "interrupted");
        }
    }
}

#[test]
fn an_idle_engine_ends_at_once() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let started = std::time::Instant::now();
    let (status, output) = serve.stop(Signal::TERM, STOP);
    assert!(status.success(), "{status:?}: {output}");
    assert!(started.elapsed() < STOP / 3, "it took {:?}", started.elapsed());
}

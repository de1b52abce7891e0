//! Whose program a process is: that of a run of this engine, or nobody's.

use crate::live::LiveRuns;
use aegis_domain::{RunId, TaskNumber};
use aegis_helper::Process;
use aegis_helper::remains::RUN_VARIABLE;
use std::fs;

/// How often it is looked, while processes on the way up end.
const TRIES: u32 = 50;

/// A run, as somebody whose program asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallingRun {
    /// Which.
    pub run: RunId,
    /// Of which task.
    pub task: TaskNumber,
    /// Who does it.
    pub agent: String,
}

/// What is known of a process that asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kinship {
    /// It belongs to no run.
    None,
    /// It belongs to this run.
    Of(CallingRun),
    /// It has ended already, or its kin end faster than one can look, while runs are at work: whose
    /// it is cannot be said.
    Gone,
}

/// Looks at a process and those above it. The helper of a run is the subreaper of everything that
/// its program starts, so the way up leads to it whatever in between has ended. One that somebody
/// else has started for it (a service manager, a server of terminals) is known by the variable that
/// every process of a run has, unless that was taken away.
///
/// Reads `/proc`, a file for each step.
pub(crate) fn of(live: &LiveRuns, pid: i32) -> Kinship {
    // The kernel says 0 of a process that this one cannot see; a run's own it can.
    if pid <= 0 || live.is_empty() {
        return Kinship::None;
    }
    for _ in 0..TRIES {
        match climb(live, pid) {
            Climb::Reached(run) => return Kinship::Of(run),
            Climb::Top => {
                let marked = fs::read(format!("/proc/{pid}/environ")).ok();
                let run = marked.and_then(|all| live.of(marked_run(&all)?));
                return run.map_or(Kinship::None, Kinship::Of);
            }
            // Somebody on the way has ended meanwhile: the way is another one now.
            Climb::Moved => {}
        }
    }
    Kinship::Gone
}

/// What came of going up once.
enum Climb {
    Reached(CallingRun),
    Top,
    Moved,
}

fn climb(live: &LiveRuns, pid: i32) -> Climb {
    let Ok(mut process) = Process::read(pid) else { return Climb::Moved };
    while process.parent > 0 {
        let parent = Process::read(process.parent).ok();
        // A parent is older than its child; what is younger has only the number of one.
        let parent = parent.filter(|parent| parent.start_time <= process.start_time);
        let still = Process::read(process.pid).is_ok_and(|now| now.parent == process.parent);
        let Some(parent) = parent.filter(|_| still) else { return Climb::Moved };
        if let Some(run) = live.below(parent.pid, parent.start_time) {
            return Climb::Reached(run);
        }
        process = parent;
    }
    Climb::Top
}

/// The run that an environment names.
fn marked_run(environ: &[u8]) -> Option<RunId> {
    let mut variables = environ.split(|byte| *byte == 0);
    let value = variables
        .find_map(|variable| variable.strip_prefix(RUN_VARIABLE.as_bytes())?.strip_prefix(b"="));
    std::str::from_utf8(value?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{Ctx, ProcessIdentity, Timestamp};

    fn run(seed: u64) -> CallingRun {
        let run = RunId(Ctx::new(Timestamp::UNIX_EPOCH, seed).uuid());
        CallingRun { run, task: TaskNumber(seed), agent: "shell".to_owned() }
    }

    fn identity(pid: i32) -> ProcessIdentity {
        let process = Process::read(pid).unwrap();
        ProcessIdentity { pid, start_time: process.start_time, boot_id: String::new() }
    }

    #[test]
    fn what_descends_from_a_helper_is_of_its_run_and_nothing_else_is() {
        let live = LiveRuns::default();
        let (own, parent) =
            (i32::try_from(std::process::id()).unwrap(), std::os::unix::process::parent_id());
        let parent = i32::try_from(parent).unwrap();
        assert_eq!(of(&live, own), Kinship::None, "nothing is at work");
        let _signal = live.begin(run(1));
        assert_eq!(of(&live, own), Kinship::None, "its helper is not known");
        live.started(run(1).run, identity(own));
        assert_eq!(of(&live, own), Kinship::None, "a helper asks for nothing in its own name");
        live.started(run(1).run, identity(parent));
        assert_eq!(of(&live, own), Kinship::Of(run(1)));
        // Another process of the same number.
        let other = identity(parent);
        live.started(run(1).run, ProcessIdentity { start_time: other.start_time + 1, ..other });
        assert_eq!(of(&live, own), Kinship::None);
        live.started(run(1).run, identity(parent));
        live.end(run(1).run);
        assert_eq!(of(&live, own), Kinship::None, "it is over");
    }

    #[test]
    fn of_what_has_ended_nothing_is_taken_for_granted() {
        let live = LiveRuns::default();
        let nobody = i32::MAX;
        assert_eq!(of(&live, nobody), Kinship::None);
        let _signal = live.begin(run(1));
        assert_eq!(of(&live, nobody), Kinship::Gone);
        assert_eq!(of(&live, 0), Kinship::None, "of another system of processes");
    }

    #[test]
    fn the_variable_names_the_run() {
        let run = run(7).run;
        let environ = format!("HOME=/h\0{RUN_VARIABLE}={run}\0PATH=/bin\0");
        assert_eq!(marked_run(environ.as_bytes()), Some(run));
        for other in ["", "X=1\0", "AEGIS_RUN=\0", "AEGIS_RUNS=x\0"] {
            assert_eq!(marked_run(other.as_bytes()), None, "{other:?}");
        }
    }
}

//! The runs that are at work in this process.

use crate::callers::CallingRun;
use aegis_domain::{ProcessIdentity, RunId};
use aegis_ports::Signal;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// Every live run, and what the engine wants of it.
#[derive(Default)]
pub(crate) struct LiveRuns {
    runs: Mutex<HashMap<RunId, LiveRun>>,
}

struct LiveRun {
    signal: watch::Sender<Signal>,
    who: CallingRun,
    /// The helper above its processes, once there is one.
    helper: Option<ProcessIdentity>,
}

impl LiveRuns {
    /// Notes a run and gives it its line of signals.
    pub(crate) fn begin(&self, who: CallingRun) -> watch::Receiver<Signal> {
        let (signal, watch) = watch::channel(Signal::Go);
        self.lock().insert(who.run, LiveRun { signal, who, helper: None });
        watch
    }

    /// Notes which process is above those of a run.
    pub(crate) fn started(&self, run: RunId, helper: ProcessIdentity) {
        if let Some(live) = self.lock().get_mut(&run) {
            live.helper = Some(helper);
        }
    }

    pub(crate) fn end(&self, run: RunId) {
        self.lock().remove(&run);
    }

    /// Whether nothing is at work.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// A run that is at work.
    pub(crate) fn of(&self, run: RunId) -> Option<CallingRun> {
        self.lock().get(&run).map(|live| live.who.clone())
    }

    /// The run whose processes are below this one. `start_time` is in clock ticks since the boot.
    pub(crate) fn below(&self, pid: i32, start_time: u64) -> Option<CallingRun> {
        let is_it = |helper: &ProcessIdentity| (helper.pid, helper.start_time) == (pid, start_time);
        let runs = self.lock();
        let live = runs.values().find(|live| live.helper.as_ref().is_some_and(is_it))?;
        Some(live.who.clone())
    }

    /// Tells a run what is wanted of it. An order to end is never taken back.
    pub(crate) fn tell(&self, run: RunId, signal: Signal) {
        if let Some(live) = self.lock().get(&run) {
            live.signal.send_if_modified(|current| {
                let ending = matches!(current, Signal::Cancel | Signal::Shutdown | Signal::Park);
                let change = !ending && *current != signal;
                if change {
                    *current = signal;
                }
                change
            });
        }
    }

    pub(crate) fn tell_all(&self, signal: Signal) {
        let runs: Vec<RunId> = self.lock().keys().copied().collect();
        for run in runs {
            self.tell(run, signal);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, LiveRun>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::Ctx;

    #[test]
    fn an_order_to_end_is_never_taken_back() {
        let live = LiveRuns::default();
        let run = RunId(Ctx::new(aegis_domain::Timestamp::UNIX_EPOCH, 1).uuid());
        let who = CallingRun { run, task: aegis_domain::TaskNumber(1), agent: "a".to_owned() };
        let signal = live.begin(who);
        live.tell(run, Signal::Cancel);
        live.tell(run, Signal::Go);
        live.tell(run, Signal::Freeze);
        assert_eq!(*signal.borrow(), Signal::Cancel);
    }
}

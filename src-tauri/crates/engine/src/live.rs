//! The runs that are at work in this process.

use aegis_domain::RunId;
use aegis_ports::Signal;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// Every live run, and what the engine wants of it.
#[derive(Default)]
pub(crate) struct LiveRuns {
    runs: Mutex<HashMap<RunId, Live>>,
}

struct Live {
    signal: watch::Sender<Signal>,
    /// Frozen, or waiting for a person: its place is free for others.
    released: bool,
}

impl LiveRuns {
    /// Notes a run and gives it its line of signals.
    pub(crate) fn begin(&self, run: RunId) -> watch::Receiver<Signal> {
        let (signal, watch) = watch::channel(Signal::Go);
        self.lock().insert(run, Live { signal, released: false });
        watch
    }

    pub(crate) fn end(&self, run: RunId) {
        self.lock().remove(&run);
    }

    /// Tells a run what is wanted of it. An order to end is never taken back.
    pub(crate) fn tell(&self, run: RunId, signal: Signal) {
        if let Some(live) = self.lock().get(&run) {
            live.signal.send_if_modified(|current| {
                let ending = matches!(current, Signal::Cancel | Signal::Shutdown);
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

    /// Frees a live run's slot, or takes one back.
    pub(crate) fn set_released(&self, run: RunId, released: bool) {
        if let Some(live) = self.lock().get_mut(&run) {
            live.released = released;
        }
    }

    /// Slots in use.
    pub(crate) fn slots_used(&self) -> u32 {
        let used = self.lock().values().filter(|live| !live.released).count();
        u32::try_from(used).unwrap_or(u32::MAX)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Live>> {
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
        let signal = live.begin(run);
        live.tell(run, Signal::Cancel);
        live.tell(run, Signal::Go);
        live.tell(run, Signal::Freeze);
        assert_eq!(*signal.borrow(), Signal::Cancel);
    }
}

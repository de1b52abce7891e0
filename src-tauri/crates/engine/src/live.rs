//! The runs that are at work in this process.

use aegis_domain::RunId;
use aegis_ports::Signal;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// Every live run, and what the engine wants of it.
#[derive(Default)]
pub(crate) struct LiveRuns {
    runs: Mutex<HashMap<RunId, watch::Sender<Signal>>>,
}

impl LiveRuns {
    /// Notes a run and gives it its line of signals.
    pub(crate) fn begin(&self, run: RunId) -> watch::Receiver<Signal> {
        let (signal, watch) = watch::channel(Signal::Go);
        self.lock().insert(run, signal);
        watch
    }

    pub(crate) fn end(&self, run: RunId) {
        self.lock().remove(&run);
    }

    /// Tells a run what is wanted of it. An order to end is never taken back.
    pub(crate) fn tell(&self, run: RunId, signal: Signal) {
        if let Some(line) = self.lock().get(&run) {
            line.send_if_modified(|current| {
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

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, watch::Sender<Signal>>> {
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

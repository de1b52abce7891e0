//! The runs that are at work in this process.

use aegis_domain::RunId;
use aegis_ports::Signal;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Every live run, and what the engine wants of it.
#[derive(Default)]
pub(crate) struct LiveRuns {
    runs: Mutex<HashMap<RunId, Live>>,
    busy: Mutex<Busy>,
}

/// How long slots have been in use, since somebody last asked.
#[derive(Default)]
struct Busy {
    so_far: Duration,
    /// Up to when that is, and how many are in use since.
    since: Option<(Instant, u32)>,
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
        self.count();
        watch
    }

    pub(crate) fn end(&self, run: RunId) {
        self.lock().remove(&run);
        self.count();
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
        self.count();
    }

    /// Slots in use.
    pub(crate) fn slots_used(&self) -> u32 {
        let used = self.lock().values().filter(|live| !live.released).count();
        u32::try_from(used).unwrap_or(u32::MAX)
    }

    /// Slot-milliseconds in use since this was last asked.
    pub(crate) fn take_busy(&self) -> u64 {
        self.count();
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        u64::try_from(std::mem::take(&mut busy.so_far).as_millis()).unwrap_or(u64::MAX)
    }

    /// Adds up the time of the slots up to now.
    fn count(&self) {
        let used = self.slots_used();
        let now = Instant::now();
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, used)) = busy.since.replace((now, used)) {
            busy.so_far += now.saturating_duration_since(since) * used;
        }
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
    fn the_time_of_slots_is_added_up() {
        let live = LiveRuns::default();
        let mut ctx = Ctx::new(aegis_domain::Timestamp::UNIX_EPOCH, 1);
        let (a, b) = (RunId(ctx.uuid()), RunId(ctx.uuid()));
        let (_a, _b) = (live.begin(a), live.begin(b));
        live.set_released(b, true);
        // As if all this had been an hour ago.
        let hour = Duration::from_secs(3600);
        let (since, used) = live.busy.lock().unwrap().since.unwrap();
        assert_eq!(used, 1);
        live.busy.lock().unwrap().since = Some((since - hour, used));
        live.end(a);
        let busy = live.take_busy();
        assert!((3_600_000..3_601_000).contains(&busy), "{busy}");
        assert_eq!(live.take_busy(), 0);
    }

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

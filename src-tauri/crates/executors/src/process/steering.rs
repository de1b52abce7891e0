//! What the engine wants of a live run, as controls for its helper.

use std::time::Duration;

use aegis_helper::Control;
use aegis_ports::Signal;
use tokio::time::Instant;

use super::deadline::Deadline;

/// When Aegis stops, a run has this long to end by itself: time for SIGINT and SIGTERM, but less
/// than a cancelled run gets.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(3);

/// What a helper may need beyond the time that it grants its processes: to kill what obeys no
/// signal, to give up on what cannot be killed, and to be slow on a busy machine.
const SLACK: Duration = Duration::from_secs(20);

/// Why a run was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallOff {
    /// Somebody wanted it to end.
    Cancel,
    /// Aegis stops.
    Shutdown,
    /// A person is asked, and their answer takes too long to be waited for.
    Park,
}

impl CallOff {
    /// The call-off that a signal is, if it is one.
    pub(super) fn of(signal: Signal) -> Option<Self> {
        match signal {
            Signal::Go | Signal::Wait | Signal::Freeze => None,
            Signal::Cancel => Some(Self::Cancel),
            Signal::Shutdown => Some(Self::Shutdown),
            Signal::Park => Some(Self::Park),
        }
    }
}

/// What the helper has been told, and what follows from it.
#[derive(Debug)]
pub(super) struct Steering {
    told: Signal,
    grace: Duration,
    called_off: Option<CallOff>,
    force_at: Option<Instant>,
    deadline: Deadline,
}

impl Steering {
    /// Of a program that starts now, and that the helper ends after `limit`, with `grace` between
    /// its signals.
    pub(super) fn new(limit: Option<Duration>, grace: Duration, now: Instant) -> Self {
        let limit = limit.unwrap_or(Duration::MAX);
        let deadline = Deadline::new(now, limit.saturating_add(end_limit(grace)));
        Self { told: Signal::Go, grace, called_off: None, force_at: None, deadline }
    }

    /// What to tell the helper now that the engine wants this. A call-off cannot be taken back.
    pub(super) fn obey(&mut self, wanted: Signal, now: Instant) -> Option<Control> {
        let control = match (self.told, wanted) {
            (Signal::Go, Signal::Freeze) => {
                self.deadline.hold(now);
                Control::Freeze
            }
            (Signal::Freeze, Signal::Go) => {
                self.deadline.release(now);
                Control::Continue
            }
            (Signal::Go, Signal::Wait) => {
                self.deadline.hold(now);
                Control::StopClock
            }
            (Signal::Wait, Signal::Go) => {
                self.deadline.release(now);
                Control::StartClock
            }
            (
                Signal::Go | Signal::Wait | Signal::Freeze,
                Signal::Cancel | Signal::Shutdown | Signal::Park,
            ) => {
                self.called_off = CallOff::of(wanted);
                self.deadline.within(now, end_limit(self.grace));
                self.hurry(wanted, now);
                Control::Cancel
            }
            (Signal::Cancel | Signal::Park, Signal::Shutdown) => {
                self.told = wanted;
                self.hurry(wanted, now);
                return None;
            }
            _ => return None,
        };
        self.told = wanted;
        Some(control)
    }

    /// What to tell the helper when the time of [`Self::force_at`] has come.
    pub(super) fn force(&mut self) -> Control {
        self.force_at = None;
        Control::Kill
    }

    /// When the processes must be killed, if they are still there.
    pub(super) fn force_at(&self) -> Option<Instant> {
        self.force_at
    }

    /// When to give up on the helper.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.instant()
    }

    /// Why the run was called off, if it was: the first cause counts.
    pub(super) fn called_off(&self) -> Option<CallOff> {
        self.called_off
    }

    fn hurry(&mut self, wanted: Signal, now: Instant) {
        if wanted == Signal::Shutdown {
            self.force_at = Some(now + SHUTDOWN_GRACE);
        }
    }
}

/// Most time from the first signal to the last report: SIGINT, the grace, SIGTERM, the grace,
/// SIGKILL.
fn end_limit(grace: Duration) -> Duration {
    grace.saturating_mul(2).saturating_add(SLACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn steering(now: Instant) -> Steering {
        Steering::new(Some(60 * SECOND), 2 * SECOND, now)
    }

    #[test]
    fn each_wish_is_told_once() {
        let now = Instant::now();
        let mut steering = steering(now);
        assert_eq!(steering.obey(Signal::Go, now), None);
        assert_eq!(steering.obey(Signal::Freeze, now), Some(Control::Freeze));
        assert_eq!(steering.obey(Signal::Freeze, now), None);
        assert_eq!(steering.obey(Signal::Go, now), Some(Control::Continue));
        assert_eq!(steering.obey(Signal::Cancel, now), Some(Control::Cancel));
        assert_eq!(steering.obey(Signal::Cancel, now), None);
    }

    #[test]
    fn a_call_off_cannot_be_taken_back() {
        let now = Instant::now();
        for call_off in [Signal::Cancel, Signal::Shutdown, Signal::Park] {
            let mut steering = steering(now);
            steering.obey(call_off, now);
            assert_eq!(steering.obey(Signal::Go, now), None);
            assert_eq!(steering.obey(Signal::Freeze, now), None);
            assert_eq!(steering.called_off(), CallOff::of(call_off));
        }
    }

    #[test]
    fn while_a_person_is_asked_the_clock_stands_and_the_program_runs() {
        let now = Instant::now();
        let mut steering = steering(now);
        assert_eq!(steering.obey(Signal::Wait, now + 10 * SECOND), Some(Control::StopClock));
        assert_eq!(steering.deadline(), None);
        assert_eq!(steering.obey(Signal::Go, now + 40 * SECOND), Some(Control::StartClock));
        assert_eq!(steering.deadline(), Some(now + 114 * SECOND));
        assert_eq!(steering.obey(Signal::Wait, now), Some(Control::StopClock));
        assert_eq!(steering.obey(Signal::Park, now), Some(Control::Cancel));
        assert_eq!(steering.called_off(), Some(CallOff::Park));
    }

    #[test]
    fn a_shutdown_hurries_a_cancel_but_does_not_rename_it() {
        let now = Instant::now();
        let mut steering = steering(now);
        steering.obey(Signal::Cancel, now);
        assert_eq!(steering.force_at(), None);
        assert_eq!(steering.obey(Signal::Shutdown, now), None);
        assert_eq!(steering.force_at(), Some(now + SHUTDOWN_GRACE));
        assert_eq!(steering.called_off(), Some(CallOff::Cancel));
        assert_eq!(steering.force(), Control::Kill);
        assert_eq!(steering.force_at(), None);
    }

    #[test]
    fn the_helper_is_given_up_on_after_the_limit_but_not_while_frozen() {
        let now = Instant::now();
        let mut steering = steering(now);
        assert_eq!(steering.deadline(), Some(now + 84 * SECOND));
        steering.obey(Signal::Freeze, now + 10 * SECOND);
        assert_eq!(steering.deadline(), None);
        steering.obey(Signal::Cancel, now + 20 * SECOND);
        assert_eq!(steering.deadline(), Some(now + 44 * SECOND));
    }
}

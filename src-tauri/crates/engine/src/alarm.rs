//! Waking at an instant of the wall clock.

use aegis_domain::Timestamp;
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use std::io;
use std::os::fd::OwnedFd;
use tokio::io::unix::AsyncFd;

/// A timer on the wall clock.
///
/// A timer of the runtime counts time that the machine was awake; this one is due at an instant.
/// It fires after a suspend that slept through the instant, and whenever the clock is set, so that
/// whoever waits can look again (timerfd_create(2), `TFD_TIMER_CANCEL_ON_SET`).
pub(crate) struct Alarm {
    timer: AsyncFd<OwnedFd>,
}

/// An instant far away: the timer is armed even without a deadline, to hear of clock changes.
const NEVER: i64 = 253_402_300_799; // The end of the year 9999, in seconds since 1970.

impl Alarm {
    #[allow(unsafe_code)]
    pub(crate) fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
        // SAFETY: an `OwnedFd` names the same open descriptor for as long as it lives, and it
        // lives inside the `AsyncFd`.
        let timer = unsafe { AsyncFd::register(timer) }.map_err(io::Error::from)?;
        Ok(Self { timer })
    }

    /// Returns when `deadline` has come, or when the clock was set. Without a deadline, only then.
    pub(crate) async fn wait(&self, deadline: Option<Timestamp>) {
        if let Err(error) = self.arm(deadline) {
            tracing::error!(%error, "the wall-clock timer could not be set");
        }
        loop {
            let Ok(mut ready) = self.timer.readable().await else { return };
            let mut expirations = [0u8; 8];
            match rustix::io::read(self.timer.get_ref(), &mut expirations) {
                Err(Errno::AGAIN) => ready.clear_ready(),
                // Read, or `ECANCELED`: the clock was set.
                _ => {
                    ready.clear_ready();
                    return;
                }
            }
        }
    }

    fn arm(&self, deadline: Option<Timestamp>) -> io::Result<()> {
        // An instant of 0 would switch the timer off, so the past becomes the first nanosecond.
        let at = deadline.map_or(Timespec { tv_sec: NEVER, tv_nsec: 0 }, |t| Timespec {
            tv_sec: t.timestamp().max(0),
            tv_nsec: i64::from(t.timestamp_subsec_nanos()).max(1),
        });
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: at };
        timerfd_settime(self.timer.get_ref(), flags, &once)?;
        Ok(())
    }
}

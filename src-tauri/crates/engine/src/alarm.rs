//! Waking at an instant of the wall clock.

use aegis_domain::Timestamp;
use aegis_ports::Clock;
use chrono::TimeDelta;
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use std::io;
use std::os::fd::OwnedFd;
use tokio::io::unix::AsyncFd;
use tokio::sync::watch;

/// A timer on the wall clock.
///
/// A timer of the runtime counts time that the machine was awake; this one is due at an instant.
/// It fires after a suspend that slept through the instant, and whenever the clock is set, so that
/// whoever waits can look again (timerfd_create(2), `TFD_TIMER_CANCEL_ON_SET`).
pub(crate) struct Alarm {
    timer: AsyncFd<OwnedFd>,
    /// How far the clock that counts is ahead of the system's, when it is another one.
    ahead: Option<watch::Receiver<TimeDelta>>,
}

/// An instant far away: the timer is armed even without a deadline, to hear of clock changes.
const NEVER: i64 = 253_402_300_799; // The end of the year 9999, in seconds since 1970.

impl Alarm {
    #[allow(unsafe_code)]
    pub(crate) fn new(clock: &dyn Clock) -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
        // SAFETY: an `OwnedFd` names the same open descriptor for as long as it lives, and it
        // lives inside the `AsyncFd`.
        let timer = unsafe { AsyncFd::register(timer) }.map_err(io::Error::from)?;
        Ok(Self { timer, ahead: clock.ahead() })
    }

    /// Returns when `deadline` has come, or when the clock was set. Without a deadline, only then.
    pub(crate) async fn wait(&mut self, deadline: Option<Timestamp>) {
        let Some(ahead) = &mut self.ahead else {
            return Self::ring(&self.timer, deadline).await;
        };
        let deadline = deadline.and_then(|at| at.checked_sub_signed(*ahead.borrow_and_update()));
        tokio::select! {
            () = Self::ring(&self.timer, deadline) => {}
            Ok(()) = ahead.changed() => {}
        }
    }

    async fn ring(timer: &AsyncFd<OwnedFd>, deadline: Option<Timestamp>) {
        if let Err(error) = Self::arm(timer.get_ref(), deadline) {
            tracing::error!(%error, "the wall-clock timer could not be set");
        }
        loop {
            let Ok(mut ready) = timer.readable().await else { return };
            let mut expirations = [0u8; 8];
            match rustix::io::read(timer.get_ref(), &mut expirations) {
                Err(Errno::AGAIN) => ready.clear_ready(),
                // Read, or `ECANCELED`: the clock was set.
                _ => {
                    ready.clear_ready();
                    return;
                }
            }
        }
    }

    fn arm(timer: &OwnedFd, deadline: Option<Timestamp>) -> io::Result<()> {
        // An instant of 0 would switch the timer off, so the past becomes the first nanosecond.
        let at = deadline.map_or(Timespec { tv_sec: NEVER, tv_nsec: 0 }, |t| Timespec {
            tv_sec: t.timestamp().max(0),
            tv_nsec: i64::from(t.timestamp_subsec_nanos()).max(1),
        });
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: at };
        timerfd_settime(timer, flags, &once)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_doubles::WallClock;
    use std::os::fd::AsRawFd;
    use std::time::{Duration, Instant};

    async fn rings_within(deadline: Option<Timestamp>, limit: Duration) -> bool {
        let mut alarm = Alarm::new(&WallClock).unwrap();
        tokio::time::timeout(limit, alarm.wait(deadline)).await.is_ok()
    }

    #[tokio::test]
    async fn it_rings_at_its_instant_and_at_once_for_one_that_has_passed() {
        let begun = Instant::now();
        let soon = WallClock.now() + TimeDelta::milliseconds(80);
        assert!(rings_within(Some(soon), Duration::from_secs(5)).await);
        assert!(WallClock.now() >= soon, "too early");
        for past in [Timestamp::UNIX_EPOCH, soon, WallClock.now() - TimeDelta::days(3650)] {
            assert!(rings_within(Some(past), Duration::from_secs(5)).await);
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn it_does_not_ring_before_its_instant_or_without_one() {
        for later in [None, Some(WallClock.now() + TimeDelta::days(3650))] {
            assert!(!rings_within(later, Duration::from_millis(50)).await, "{later:?}");
        }
    }

    /// It counts the wall clock, absolutely, and hears when that is set: timerfd_create(2), and the
    /// kernel's account of the descriptor, proc_pid_fdinfo(5).
    #[tokio::test]
    async fn the_kernel_wakes_it_when_the_clock_is_set() {
        let mut alarm = Alarm::new(&WallClock).unwrap();
        let wait = alarm.wait(None);
        assert!(tokio::time::timeout(Duration::from_millis(10), wait).await.is_err());
        let fd = alarm.timer.get_ref().as_raw_fd();
        let told = std::fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).unwrap();
        assert!(told.contains("clockid: 0\n"), "CLOCK_REALTIME: {told}");
        // TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET
        assert!(told.contains("settime flags: 03\n"), "{told}");
    }
}

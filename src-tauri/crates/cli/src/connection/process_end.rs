//! The end of another process.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::os::fd::OwnedFd;
use std::time::Duration;
use tokio::task::spawn_blocking;

/// A process that is to end. It is held by a descriptor, not by its number, which the system gives
/// to another process later.
pub(super) struct ProcessEnd(Option<OwnedFd>);

impl ProcessEnd {
    /// The process that has this number now. One that is not there has ended.
    pub(super) fn of(pid: u32) -> Self {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        Self(pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()))
    }

    /// Returns when it has ended, or after `limit`; says whether it has.
    pub(super) async fn within(self, limit: Duration) -> bool {
        let Some(process) = self.0 else { return true };
        // A descriptor of a process can be read once that has ended.
        let ended = spawn_blocking(move || {
            let limit = Timespec::try_from(limit).ok();
            loop {
                let mut watched = [PollFd::new(&process, PollFlags::IN)];
                match poll(&mut watched, limit.as_ref()) {
                    Err(Errno::INTR) => {}
                    result => return result.is_ok_and(|ready| ready > 0),
                }
            }
        });
        ended.await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_living_process_is_waited_for() {
        let living = ProcessEnd::of(std::process::id());
        assert!(!living.within(Duration::from_millis(50)).await);
    }

    #[tokio::test]
    async fn a_process_that_is_not_there_has_ended() {
        for pid in [0, u32::MAX, 4_194_305] {
            assert!(ProcessEnd::of(pid).within(Duration::from_secs(10)).await);
        }
    }
}

//! One process as the kernel describes it, and a signal that can only reach that one.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A process at the moment when it was read from `/proc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Process {
    /// Its process id.
    pub pid: i32,
    /// The process id of its parent.
    pub parent: i32,
    /// When it started, in clock ticks since the boot of the machine.
    pub start_time: u64,
    /// It has ended, and only waits to be reaped by its parent.
    pub ended: bool,
}

impl Process {
    /// Reads `/proc/<pid>/stat`.
    ///
    /// # Errors
    /// `NotFound` when there is no such process, `InvalidData` when the file is not as proc(5)
    /// describes it.
    pub fn read(pid: i32) -> io::Result<Self> {
        let stat = read_small(&format!("/proc/{pid}/stat")).map_err(gone_while_reading)?;
        Self::parse(pid, &stat).ok_or_else(|| {
            let message = format!("/proc/{pid}/stat is not as proc(5) describes it");
            io::Error::new(io::ErrorKind::InvalidData, message)
        })
    }

    /// The fields are numbered in proc(5). The second one, the program's name in parentheses, may
    /// itself contain blanks, parentheses, newlines and any other byte: fields are counted from its
    /// last parenthesis.
    fn parse(pid: i32, stat: &[u8]) -> Option<Self> {
        let name_end = stat.iter().rposition(|byte| *byte == b')')?;
        let rest = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let field = |number: usize| fields.get(number - 3).copied();
        let threads: u64 = field(20)?.parse().ok()?;
        Some(Self {
            pid,
            parent: field(4)?.parse().ok()?,
            start_time: field(22)?.parse().ok()?,
            // The first thread of a living process can be a zombie while others run on.
            ended: matches!(field(3)?, "Z" | "X") && threads <= 1,
        })
    }

    /// Sends a signal to this process, and to no other: the process is pinned by a pidfd and its
    /// start time compared before. `Ok(false)` means that it is no more.
    ///
    /// # Errors
    /// What pidfd_open(2) and pidfd_send_signal(2) give, such as `PermissionDenied` for a process
    /// of another user.
    pub fn signal(&self, signal: Signal) -> io::Result<bool> {
        let Some(pidfd) = self.pin()? else { return Ok(false) };
        match pidfd_send_signal(pidfd, signal) {
            Ok(()) => Ok(true),
            Err(Errno::SRCH) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the process has ended, at most until `deadline`. Whether it has ended.
    ///
    /// # Errors
    /// What pidfd_open(2) and poll(2) give.
    pub fn wait_until(&self, deadline: Instant) -> io::Result<bool> {
        let Some(pidfd) = self.pin()? else { return Ok(true) };
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&timeout)) {
                Ok(ready) => return Ok(ready > 0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// A pidfd of this process, if it still exists. The start time is read after the pidfd is
    /// open: from then on the pid cannot come to mean another process unnoticed.
    fn pin(&self) -> io::Result<Option<OwnedFd>> {
        // Signals to 0, to negative numbers and to init mean something else, or too much.
        let Some(pid) = (self.pid > 1).then(|| Pid::from_raw(self.pid)).flatten() else {
            return Ok(None);
        };
        let pidfd = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(pidfd) => pidfd,
            Err(Errno::SRCH) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        match Self::read(self.pid) {
            Ok(now) if now.start_time == self.start_time => Ok(Some(pidfd)),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Reads a small file of `/proc`. Such a file has no length: `take` keeps the standard library from
/// asking for one and growing the buffer in steps, which counts when every process of the machine
/// is looked at.
pub(crate) fn read_small(path: &str) -> io::Result<Vec<u8>> {
    let mut content = Vec::with_capacity(1024);
    File::open(path)?.take(u64::MAX).read_to_end(&mut content)?;
    Ok(content)
}

/// A process that ends between open and read shows as ESRCH.
fn gone_while_reading(error: io::Error) -> io::Error {
    if error.raw_os_error() == Some(Errno::SRCH.raw_os_error()) {
        io::Error::from(io::ErrorKind::NotFound)
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const AFTER_NAME: &str = "4100 1 1 0 -1 4194560 99 0 0 0 1 2 3 4 20 0 1 0 8714 10000 300 1";

    #[rstest]
    #[case::plain(b"sleep")]
    #[case::parentheses_and_blanks(b"a) S 9 (b")]
    #[case::newline(b"a\nb) Z 1 1 1")]
    #[case::not_utf8(b"\xff\xfe)")]
    fn the_name_of_a_program_cannot_forge_a_field(#[case] name: &[u8]) {
        let stat = [b"42 (", name, b") S ", AFTER_NAME.as_bytes(), b"\n"].concat();
        let process = Process::parse(42, &stat).unwrap();
        assert_eq!(process, Process { pid: 42, parent: 4100, start_time: 8714, ended: false });
    }

    #[rstest]
    #[case::zombie("Z", 1, true)]
    #[case::dead("X", 1, true)]
    #[case::only_its_first_thread_ended("Z", 2, false)]
    #[case::stopped("T", 1, false)]
    fn a_process_has_ended_when_its_last_thread_has(
        #[case] state: &str,
        #[case] threads: u32,
        #[case] ended: bool,
    ) {
        let stat = format!("42 (x) {state} 1 1 1 0 -1 0 9 0 0 0 1 2 3 4 20 0 {threads} 0 8714 0");
        assert_eq!(Process::parse(42, stat.as_bytes()).unwrap().ended, ended);
    }

    #[rstest]
    #[case(b"")]
    #[case(b"42 (x")]
    #[case(b"42 (x)")]
    #[case(b"42 (x) S 1 1")]
    #[case(b"42 (x) S one 1 1 0 -1 0 9 0 0 0 1 2 3 4 20 0 1 0 8714 0")]
    fn anything_else_is_no_process(#[case] stat: &[u8]) {
        assert_eq!(Process::parse(42, stat), None);
    }

    #[test]
    fn a_process_that_does_not_exist_is_not_found() {
        assert_eq!(Process::read(i32::MAX).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[rstest]
    #[case(-1)]
    #[case(0)]
    #[case(1)]
    fn everybody_ones_own_group_and_init_are_never_signalled(#[case] pid: i32) {
        let start_time = Process::read(1).map_or(0, |init| init.start_time);
        let process = Process { pid, parent: 0, start_time, ended: false };
        assert!(!process.signal(Signal::CONT).unwrap());
    }
}

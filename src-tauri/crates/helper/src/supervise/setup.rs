//! What a process has to be before it may supervise others.

use std::{fs, io};

use nix::sys::signal::{SigHandler, SigSet, Signal, signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::process::{getpid, set_child_subreaper};

/// Makes this process the subreaper of all that comes below it, with nothing inherited that could
/// change what it does. Gives the descriptor on which the end of a child is seen.
pub(super) fn become_supervisor() -> io::Result<SignalFd> {
    close_inherited()?;
    reset_dispositions()?;
    // All signals wait, for ever: who ends a run is the engine's decision alone. A Ctrl-C in the
    // engine's terminal reaches the helpers too, and must not take the supervision away.
    SigSet::all().thread_block()?;
    set_child_subreaper(Some(getpid()))?;
    let mut ends = SigSet::empty();
    ends.add(Signal::SIGCHLD);
    Ok(SignalFd::with_flags(&ends, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?)
}

/// Closes every descriptor above the standard three. One that leaked from the engine could keep a
/// lifeline or an output pipe of another run open.
fn close_inherited() -> io::Result<()> {
    let mut inherited = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        inherited.extend(entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok()));
    }
    for fd in inherited.into_iter().filter(|fd| *fd > 2) {
        // The descriptor of the listing itself is in the list, and closed already.
        let _ = nix::unistd::close(fd);
    }
    Ok(())
}

/// Gives every signal its default disposition, in this process and so in the child. An inherited
/// "ignore" of SIGCHLD would throw away the child's exit status.
#[allow(unsafe_code, reason = "sigaction(2) is unsafe for handlers; none is installed here")]
fn reset_dispositions() -> io::Result<()> {
    for each in Signal::iterator().filter(|each| !matches!(each, Signal::SIGKILL | Signal::SIGSTOP))
    {
        // SAFETY: the default disposition runs no code of this program.
        unsafe { signal(each, SigHandler::SigDfl) }?;
    }
    Ok(())
}
